// Sum of two FP32 numbers, rounded to nearest, ties to even.
//
// The smaller in magnitude is shifted to the larger's exponent; three bits below the significand (guard, round and the
// OR of all the rest) decide the rounding. Reference: IEEE 754-2019, 4.3.1.
// NOT MODELLED: infinities, NaN, overflow, subnormal operands (neither the multiplier nor the adder yields one); a
// subnormal result counts as zero.
module fp32_adder (
    input  logic [31:0] x,
    input  logic [31:0] y,
    output logic [31:0] sum
);
  wire y_greater = y[30:0] > x[30:0];
  wire [31:0] greater = y_greater ? y : x;
  wire [31:0] lesser = y_greater ? x : y;
  wire [7:0] distance = greater[30:23] - lesser[30:23];
  wire subtract = greater[31] ^ lesser[31];
  wire [26:0] greater_bits = {greater[30:23] != 0, greater[22:0], 3'b0};

  // `bits` shifted right by `places`, whatever falls out gathered in the last bit.
  function automatic logic [26:0] aligned(input logic [26:0] bits, input logic [7:0] places);
    logic rest;
    rest = 1'b0;
    for (int k = 0; k < 5; k++) begin
      if (places[k]) begin
        rest = rest | |(bits & 27'((64'd1 << (1 << k)) - 1));
        bits = bits >> (1 << k);
      end
    end
    if (places[7:5] != 0) begin
      rest = rest | |bits;
      bits = '0;
    end
    aligned = {bits[26:1], bits[0] | rest};
  endfunction

  // `bits` shifted left until the leading one is at the top, and by how many places (31 where there is none).
  function automatic logic [32:0] normalized(input logic [27:0] bits);
    logic [4:0] places;
    for (int k = 4; k >= 0; k--) begin
      places[k] = bits >> (28 - (1 << k)) == 0;
      if (places[k]) bits = bits << (1 << k);
    end
    normalized = {places, bits};
  endfunction

  wire [26:0] lesser_bits = aligned({lesser[30:23] != 0, lesser[22:0], 3'b0}, distance);
  wire [27:0] total = subtract ? {1'b0, greater_bits} - {1'b0, lesser_bits} : {1'b0, greater_bits} + {1'b0, lesser_bits};
  wire [4:0] places;
  wire [27:0] bits;
  assign {places, bits} = normalized(total);

  // 24 bits are kept; bits[3] is the guard bit, what lies below it the rest.
  wire round_up = bits[3] && (bits[4] || bits[2:0] != 0);
  wire [23:0] rounded = {1'b0, bits[26:4]} + 24'(round_up);
  // Biased; negative where the result is below the normal range.
  wire [9:0] exponent = 10'(greater[30:23]) + 10'd1 - 10'(places) + 10'(rounded[23]);

  wire zero = !bits[27] || exponent[9] || exponent == 0;
  wire sign = zero ? x[31] & y[31] : greater[31];
  assign sum = {sign, zero ? 31'b0 : {exponent[7:0], rounded[22:0]}};
endmodule
