// Multiplies and adds what a file says, and prints each result.
//
//     vvp ... +tiles=FILE
//
// FILE, hexadecimal: the number of lines, then `a b c` each: FP16, FP16, FP32. Printed: a x b + c in FP32, hexadecimal.
module fp16_bench;
  logic [15:0] a, b;
  logic [31:0] c, product, sum;
  fp16_multiplier multiplier (.*);
  fp32_adder adder (
      .x(c),
      .y(product),
      .sum
  );

  int file, got, lines;
  string path;
  initial begin
    if (!$value$plusargs("tiles=%s", path)) $fatal(1, "no +tiles=FILE");
    file = $fopen(path, "r");
    if (file == 0) $fatal(1, "cannot open %s", path);
    got = $fscanf(file, "%h", lines);
    repeat (lines) begin
      got = $fscanf(file, "%h %h %h", a, b, c);
      if (got != 3) $fatal(1, "too few lines");
      #1 $display("%h", sum);
    end
    $finish;
  end
endmodule
