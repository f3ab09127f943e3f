// Adder-tree array: OUTPUTS trees, each selects +x, -x or 0 for INPUTS trits, adds them up and accumulates.
// The hardware of src/sim/array/adder-tree.ts.
//
//     activations (INPUTS x 8 b) --> select --> adder tree --> accumulate --> result
//     weights (INPUTS x OUTPUTS trits) --^                        ^--v
//                                                          accumulator buffer
//
// One beat a cycle: a row of activations against a block of weights. SELECT, TREE and ACCUMULATE are the depth of each
// part; a result is valid SELECT + TREE + ACCUMULATE - 1 cycles after its operands, so that operand and result of one
// beat, both counted, span the depth. A part of depth 0 works in the stage of its neighbour; the whole is 1 at least.
// Weights are taken where `new_weights` is set and held from then on.
//
// Interface: operands are valid with `valid`, as registers before the array hold them; `results` are valid with
// `result_valid`, as the registers after it will. `first` and `last` mark the first and last block of inputs of a
// result, `resume` that it goes on from the accumulator buffer; `address` is its place there.
// NOT MODELLED: the SRAMs' own latency; clock gating of idle lanes; overflow (the simulator refuses narrow accumulators).
module adder_tree #(
    parameter int INPUTS = 8,
    parameter int OUTPUTS = 4,
    parameter int SELECT = 1,
    parameter int TREE = 2,
    parameter int ACCUMULATE = 1,
    parameter int ACC_BITS = 24,
    parameter int DEPTH = 16,
    parameter bit OUTPUT_STATIONARY = 0,
    localparam int ADDRESS_BITS = DEPTH > 1 ? $clog2(DEPTH) : 1
) (
    input  logic                        clock,
    input  logic                        reset,
    input  logic                        valid,
    input  logic                        first,
    input  logic                        resume,
    input  logic                        last,
    input  logic [    ADDRESS_BITS-1:0] address,
    input  logic [        INPUTS*8-1:0] activations,
    input  logic                        new_weights,
    input  logic [OUTPUTS*INPUTS*2-1:0] weights,
    output logic                        result_valid,
    output logic                        result_last,
    output logic [    ADDRESS_BITS-1:0] result_address,
    output logic [OUTPUTS*ACC_BITS-1:0] results
);
  localparam int SUM_BITS = 8 + $clog2(INPUTS);
  // Registers before the accumulator; where it has no stage of its own it works in the last one of these.
  localparam int ADD_STAGES = ACCUMULATE > 0 ? ACCUMULATE : 1;
  localparam int SHARED = ACCUMULATE > 0 ? 0 : 1;
  localparam int TREE_CUTS = TREE > 0 ? TREE - SHARED : 0;
  localparam int SELECT_CUTS = TREE > 0 ? SELECT : SELECT - SHARED;

  logic [OUTPUTS*INPUTS*2-1:0] held_weights;
  wire [OUTPUTS*INPUTS*2-1:0] trits = new_weights ? weights : held_weights;
  always_ff @(posedge clock) if (valid) held_weights <= trits;

  logic add_valid, add_first, add_resume, add_last;
  logic [ADDRESS_BITS-1:0] add_address;
  delay #(
      .WIDTH (1),
      .CYCLES(SELECT_CUTS + TREE_CUTS),
      .RESET (1)
  ) valid_pipe (
      .clock,
      .reset,
      .in (valid),
      .out(add_valid)
  );
  delay #(
      .WIDTH (3 + ADDRESS_BITS),
      .CYCLES(SELECT_CUTS + TREE_CUTS)
  ) control_pipe (
      .clock,
      .reset,
      .in ({first, resume, last, address}),
      .out({add_first, add_resume, add_last, add_address})
  );

  genvar o;
  generate
    for (o = 0; o < OUTPUTS; o++) begin : column
      logic [INPUTS*8-1:0] chosen, selected;
      logic [INPUTS-1:0] chosen_minus, minus;
      logic [SUM_BITS-1:0] sum;
      logic carry;
      ternary_lanes #(
          .COUNT(INPUTS)
      ) lanes (
          .trits(trits[o*INPUTS*2+:INPUTS*2]),
          .x(activations),
          .selected(chosen),
          .minus(chosen_minus)
      );
      delay #(
          .WIDTH (INPUTS * 9),
          .CYCLES(SELECT_CUTS)
      ) select_cut (
          .clock,
          .reset,
          .in ({chosen, chosen_minus}),
          .out({selected, minus})
      );
      sum_tree #(
          .INPUTS(INPUTS),
          .CUTS(TREE),
          .KEPT(TREE_CUTS)
      ) tree (
          .clock,
          .operands(selected),
          .carries(minus),
          .sum,
          .carry
      );
      accumulator #(
          .ACC_BITS(ACC_BITS),
          .ADDEND_BITS(SUM_BITS),
          .STAGES(ADD_STAGES),
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
          .result(results[o*ACC_BITS+:ACC_BITS])
      );
    end
  endgenerate

  delay #(
      .WIDTH (1),
      .CYCLES(ADD_STAGES - 1),
      .RESET (1)
  ) result_pipe (
      .clock,
      .reset,
      .in (add_valid),
      .out(result_valid)
  );
  delay #(
      .WIDTH (1 + ADDRESS_BITS),
      .CYCLES(ADD_STAGES - 1)
  ) address_pipe (
      .clock,
      .reset,
      .in ({add_last, add_address}),
      .out({result_last, result_address})
  );
endmodule
