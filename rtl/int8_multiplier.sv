// Product of two signed 8-bit integers: eight rows of partial products without sign extension.
//
// Reference: Baugh and Wooley, "A Two's Complement Parallel Array Multiplication Algorithm", IEEE Trans. Computers C-22,
// 1973: products with one sign bit enter inverted, and 2^15 + 2^8 makes up for it.
module int8_multiplier (
    input  logic [ 7:0] a,
    input  logic [ 7:0] b,
    output logic [15:0] product
);
  // Row i: a times bit i of b; the sign bit's column inverted, and in the last row all the others.
  function automatic logic [7:0] row(input logic [7:0] x, input logic bit_i, input logic last);
    row = (x & {8{bit_i}}) ^ {~last, {7{last}}};
  endfunction

  assign product = 16'(row(a, b[0], 1'b0)) + (16'(row(a, b[1], 1'b0)) << 1) + (16'(row(a, b[2], 1'b0)) << 2)
      + (16'(row(a, b[3], 1'b0)) << 3) + (16'(row(a, b[4], 1'b0)) << 4) + (16'(row(a, b[5], 1'b0)) << 5)
      + (16'(row(a, b[6], 1'b0)) << 6) + (16'(row(a, b[7], 1'b1)) << 7) + 16'h8100;
endmodule
