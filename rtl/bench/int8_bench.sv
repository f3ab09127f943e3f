// Multiplies every pair of signed 8-bit integers and holds the product to the simulator's own.
// Printed: the number of pairs that agree.
module int8_bench;
  logic [7:0] a, b;
  logic [15:0] product;
  int8_multiplier multiplier (.*);

  int agree = 0;
  initial begin
    for (int i = 0; i < 65536; i++) begin
      {a, b} = 16'(i);
      #1 if ($signed(product) == $signed(a) * $signed(b)) agree++;
    end
    $display("%0d", agree);
    $finish;
  end
endmodule
