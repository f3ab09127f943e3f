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
  // Where neither tree nor accumulator has a stage of its own, both work in the last one of the selection.
  localparam int CUTS = TREE + ACCUMULATE > 0 ? SELECT : SELECT - 1;

  logic [OUTPUTS*INPUTS*2-1:0] held_weights;
  wire [OUTPUTS*INPUTS*2-1:0] trits = new_weights ? weights : held_weights;
  always_ff @(posedge clock) if (valid) held_weights <= trits;

  logic sum_valid, sum_first, sum_resume, sum_last;
  logic [ADDRESS_BITS-1:0] sum_address;
  beat_pipe #(
      .WIDTH (3 + ADDRESS_BITS),
      .CYCLES(CUTS)
  ) to_sum (
      .clock,
      .reset,
      .valid,
      .controls({first, resume, last, address}),
      .valid_out(sum_valid),
      .controls_out({sum_first, sum_resume, sum_last, sum_address})
  );

  // All columns work in step: the controls of their results are those of the first.
  logic [OUTPUTS-1:0] valids, lasts;
  logic [ADDRESS_BITS-1:0] addresses[OUTPUTS];
  assign result_valid = valids[0];
  assign result_last = lasts[0];
  assign result_address = addresses[0];

  genvar o;
  generate
    for (o = 0; o < OUTPUTS; o++) begin : column
      logic [INPUTS*8-1:0] chosen, selected;
      logic [INPUTS-1:0] chosen_minus, minus;
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
          .CYCLES(CUTS)
      ) select_cut (
          .clock,
          .reset,
          .in ({chosen, chosen_minus}),
          .out({selected, minus})
      );
      tree_column #(
          .INPUTS(INPUTS),
          .TREE(TREE),
          .ACCUMULATE(ACCUMULATE),
          .ACC_BITS(ACC_BITS),
          .DEPTH(DEPTH),
          .OUTPUT_STATIONARY(OUTPUT_STATIONARY)
      ) trees (
          .clock,
          .reset,
          .valid(sum_valid),
          .first(sum_first),
          .resume(sum_resume),
          .last(sum_last),
          .address(sum_address),
          .operands(selected),
          .carries(minus),
          .result_valid(valids[o]),
          .result_last(lasts[o]),
          .result_address(addresses[o]),
          .result(results[o*ACC_BITS+:ACC_BITS])
      );
    end
  endgenerate
endmodule
