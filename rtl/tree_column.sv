// What follows the lanes of one column: an adder tree, the accumulator, and the controls of a beat beside them.
//
// A result is valid TREE + ACCUMULATE - 1 cycles after its operands. With ACCUMULATE 0 the accumulator works in the
// tree's last stage; with TREE 0 as well the whole is one stage. Controls as in accumulator.sv.
module tree_column #(
    parameter int INPUTS = 8,
    parameter int WIDTH = 8,
    parameter int TREE = 2,
    parameter int ACCUMULATE = 1,
    parameter int ACC_BITS = 24,
    parameter int DEPTH = 16,
    parameter bit OUTPUT_STATIONARY = 0,
    localparam int ADDRESS_BITS = DEPTH > 1 ? $clog2(DEPTH) : 1
) (
    input  logic                    clock,
    input  logic                    reset,
    input  logic                    valid,
    input  logic                    first,
    input  logic                    resume,
    input  logic                    last,
    input  logic [ADDRESS_BITS-1:0] address,
    input  logic [INPUTS*WIDTH-1:0] operands,
    input  logic [      INPUTS-1:0] carries,
    output logic                    result_valid,
    output logic                    result_last,
    output logic [ADDRESS_BITS-1:0] result_address,
    output logic [    ACC_BITS-1:0] result
);
  localparam int SUM_BITS = WIDTH + $clog2(INPUTS);
  localparam int STAGES = ACCUMULATE > 0 ? ACCUMULATE : 1;
  // The register at the root of the tree is left out where the accumulator works in the tree's last stage.
  localparam int CUTS = ACCUMULATE > 0 || TREE == 0 ? TREE : TREE - 1;

  logic [SUM_BITS-1:0] sum;
  logic carry;
  sum_tree #(
      .INPUTS(INPUTS),
      .WIDTH(WIDTH),
      .CUTS(TREE),
      .KEPT(CUTS)
  ) tree (
      .clock,
      .operands,
      .carries,
      .sum,
      .carry
  );

  logic add_valid, add_first, add_resume, add_last;
  logic [ADDRESS_BITS-1:0] add_address;
  beat_pipe #(
      .WIDTH (3 + ADDRESS_BITS),
      .CYCLES(CUTS)
  ) to_add (
      .clock,
      .reset,
      .valid,
      .controls({first, resume, last, address}),
      .valid_out(add_valid),
      .controls_out({add_first, add_resume, add_last, add_address})
  );
  accumulator #(
      .ACC_BITS(ACC_BITS),
      .ADDEND_BITS(SUM_BITS),
      .STAGES(STAGES),
      .DEPTH(DEPTH),
      .OUTPUT_STATIONARY(OUTPUT_STATIONARY)
  ) accumulate (
      .clock,
      .valid(add_valid),
      .first(add_first),
      .resume(add_resume),
      .last(add_last),
      .address(add_address),
      .addend(sum),
      .carry,
      .result
  );
  beat_pipe #(
      .WIDTH (1 + ADDRESS_BITS),
      .CYCLES(STAGES - 1)
  ) to_result (
      .clock,
      .reset,
      .valid(add_valid),
      .controls({add_last, add_address}),
      .valid_out(result_valid),
      .controls_out({result_last, result_address})
  );
endmodule
