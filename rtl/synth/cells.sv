// What is counted: one processing element of each kind between its registers, as tops for rtl/synth/count.sh.
//
// Cells of a systolic array hold a stationary weight and pass activation and partial sum on. A dot product is a column
// of an array: INPUTS elements that share an adder tree and one accumulator; activations belong to all columns and are
// not in it. Widths: 8-bit activations; accumulators as in edge-ternary (24 bit), edge-int8 and edge-fp16 (32 bit).

// Select +x, -x or 0 and add to the partial sum.
module ternary_cell #(
    parameter int ACC_BITS = 24
) (
    input  logic                clock,
    input  logic                load,
    input  logic [         1:0] trit_in,
    input  logic [         7:0] activation_in,
    input  logic [ACC_BITS-1:0] sum_in,
    output logic [         7:0] activation,
    output logic [ACC_BITS-1:0] sum
);
  logic [1:0] trit;
  logic [7:0] selected;
  logic minus, below;
  ternary_lanes lane (
      .trits(trit),
      .x(activation),
      .selected,
      .minus
  );
  always_ff @(posedge clock) begin
    if (load) trit <= trit_in;
    activation <= activation_in;
    {sum, below} <= {sum_in, 1'b1} + (ACC_BITS + 1)'($signed({selected, minus}));
  end
endmodule

// Multiply two 8-bit integers and add to the partial sum.
module int8_cell #(
    parameter int ACC_BITS = 32
) (
    input  logic                clock,
    input  logic                load,
    input  logic [         7:0] weight_in,
    input  logic [         7:0] activation_in,
    input  logic [ACC_BITS-1:0] sum_in,
    output logic [         7:0] activation,
    output logic [ACC_BITS-1:0] sum
);
  logic [ 7:0] weight;
  logic [15:0] product;
  int8_multiplier multiplier (
      .a(activation),
      .b(weight),
      .product
  );
  always_ff @(posedge clock) begin
    if (load) weight <= weight_in;
    activation <= activation_in;
    sum <= sum_in + ACC_BITS'($signed(product));
  end
endmodule

// Multiply two FP16 numbers and add to the partial sum in FP32.
module fp16_cell (
    input  logic        clock,
    input  logic        load,
    input  logic [15:0] weight_in,
    input  logic [15:0] activation_in,
    input  logic [31:0] sum_in,
    output logic [15:0] activation,
    output logic [31:0] sum
);
  logic [15:0] weight;
  logic [31:0] product, added;
  fp16_multiplier multiplier (
      .a(activation),
      .b(weight),
      .product
  );
  fp32_adder adder (
      .x(sum_in),
      .y(product),
      .sum(added)
  );
  always_ff @(posedge clock) begin
    if (load) weight <= weight_in;
    activation <= activation_in;
    sum <= added;
  end
endmodule

// A column of edge-ternary's array: 64 lanes, their tree with a register after the selection and two in the tree, the
// accumulator.
module ternary_dot #(
    parameter int INPUTS = 64,
    parameter int ACC_BITS = 24,
    localparam int SUM_BITS = 8 + $clog2(INPUTS)
) (
    input  logic                clock,
    input  logic                load,
    input  logic                first,
    input  logic [INPUTS*2-1:0] trits_in,
    input  logic [INPUTS*8-1:0] activations,
    output logic [ACC_BITS-1:0] accumulator
);
  logic [INPUTS*2-1:0] trits;
  logic [INPUTS*8-1:0] chosen, selected;
  logic [INPUTS-1:0] chosen_minus, minus;
  logic [SUM_BITS-1:0] sum;
  logic carry, below;
  ternary_lanes #(
      .COUNT(INPUTS)
  ) lanes (
      .trits,
      .x(activations),
      .selected(chosen),
      .minus(chosen_minus)
  );
  sum_tree #(
      .INPUTS(INPUTS),
      .CUTS(2)
  ) tree (
      .clock,
      .operands(selected),
      .carries(minus),
      .sum,
      .carry
  );
  always_ff @(posedge clock) begin
    if (load) trits <= trits_in;
    {selected, minus} <= {chosen, chosen_minus};
    {accumulator, below} <= {first ? '0 : accumulator, 1'b1} + (ACC_BITS + 1)'($signed({sum, carry}));
  end
endmodule

// The same column with 8-bit weights: multipliers in the place of the lanes.
module int8_dot #(
    parameter int INPUTS = 64,
    parameter int ACC_BITS = 32,
    localparam int SUM_BITS = 16 + $clog2(INPUTS)
) (
    input  logic                 clock,
    input  logic                 load,
    input  logic                 first,
    input  logic [ INPUTS*8-1:0] weights_in,
    input  logic [ INPUTS*8-1:0] activations,
    output logic [ACC_BITS-1:0] accumulator
);
  logic [INPUTS*8-1:0] weights;
  logic [INPUTS*16-1:0] multiplied, products;
  logic [SUM_BITS-1:0] sum;
  genvar i;
  generate
    for (i = 0; i < INPUTS; i++) begin : element
      int8_multiplier multiplier (
          .a(activations[i*8+:8]),
          .b(weights[i*8+:8]),
          .product(multiplied[i*16+:16])
      );
    end
  endgenerate
  sum_tree #(
      .INPUTS(INPUTS),
      .WIDTH(16),
      .CUTS(2)
  ) tree (
      .clock,
      .operands(products),
      .carries({INPUTS{1'b0}}),
      .sum,
      .carry()
  );
  always_ff @(posedge clock) begin
    if (load) weights <= weights_in;
    products <= multiplied;
    accumulator <= (first ? '0 : accumulator) + ACC_BITS'($signed(sum));
  end
endmodule

// A column of edge-zero-skip's array: 16 lanes with the trits of the beats in the queue, their tree with two registers in
// it, the accumulator. The queue's activations and pointers belong to all columns and are not in it.
module zero_skip_dot #(
    parameter int LANES = 16,
    parameter int WINDOW = 4,
    parameter int QUEUE = 8,
    parameter int LANE_BITS = 20,
    parameter int ACC_BITS = 24,
    localparam int SLOT_BITS = QUEUE > 1 ? $clog2(QUEUE) : 1,
    localparam int SUM_BITS = LANE_BITS + $clog2(LANES)
) (
    input  logic                            clock,
    input  logic                            reset,
    input  logic                            write,
    input  logic [           SLOT_BITS-1:0] write_slot,
    input  logic [      LANES*2*WINDOW-1:0] trits,
    input  logic [LANES*QUEUE*WINDOW*8-1:0] activations,
    input  logic [               QUEUE-1:0] lasts,
    input  logic [           SLOT_BITS-1:0] oldest,
    input  logic                            pass_end,
    input  logic                            fresh,
    input  logic                            first,
    output logic                            oldest_done,
    output logic                            pass_done,
    output logic [            ACC_BITS-1:0] accumulator
);
  logic [LANES-1:0] lane_oldest_done, lane_pass_done;
  logic [LANES*LANE_BITS-1:0] sums;
  logic [SUM_BITS-1:0] sum;
  assign oldest_done = &lane_oldest_done;
  assign pass_done = &lane_pass_done;
  genvar l;
  generate
    for (l = 0; l < LANES; l++) begin : element
      zero_skip_lane #(
          .WINDOW(WINDOW),
          .QUEUE(QUEUE),
          .LANE_BITS(LANE_BITS)
      ) lane (
          .clock,
          .reset,
          .write,
          .write_slot,
          .trits(trits[l*2*WINDOW+:2*WINDOW]),
          .active('1),
          .activations(activations[l*QUEUE*WINDOW*8+:QUEUE*WINDOW*8]),
          .lasts,
          .oldest,
          .pass_end,
          .fresh,
          .oldest_done(lane_oldest_done[l]),
          .pass_done(lane_pass_done[l]),
          .sum(sums[l*LANE_BITS+:LANE_BITS]),
          .next_sum()
      );
    end
  endgenerate
  sum_tree #(
      .INPUTS(LANES),
      .WIDTH(LANE_BITS),
      .CUTS(2)
  ) tree (
      .clock,
      .operands(sums),
      .carries({LANES{1'b0}}),
      .sum,
      .carry()
  );
  always_ff @(posedge clock) accumulator <= (first ? '0 : accumulator) + ACC_BITS'($signed(sum));
endmodule
