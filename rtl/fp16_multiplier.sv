// Product of two FP16 numbers as FP32: exact, for 11 by 11 significant bits fit in 24.
//
// NOT MODELLED: infinities and NaN; a subnormal operand counts as zero.
module fp16_multiplier (
    input  logic [15:0] a,
    input  logic [15:0] b,
    output logic [31:0] product
);
  wire zero = a[14:10] == 0 || b[14:10] == 0;
  wire [21:0] significand = {1'b1, a[9:0]} * {1'b1, b[9:0]};
  // From 1 up to 4: one place more where it is 2 or above.
  wire carried = significand[21];
  // Biases: 15 of each operand out, 127 in.
  wire [7:0] exponent = 8'(a[14:10]) + 8'(b[14:10]) + 8'd97 + 8'(carried);
  wire [22:0] fraction = carried ? {significand[20:0], 2'b0} : {significand[19:0], 3'b0};
  assign product = {a[15] ^ b[15], zero ? 31'b0 : {exponent, fraction}};
endmodule
