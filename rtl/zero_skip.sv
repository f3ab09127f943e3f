// Zero-skip array: OUTPUTS columns of LANES lanes that step over trits which need not be added, a queue of beats that all
// share, an adder tree and an accumulator a column. The hardware of src/sim/array/zero-skip.ts, whose head has the rules.
//
//     beat: LANES x WINDOW activations --> [ slot 0 .. slot QUEUE-1 ] --> lanes --> adder tree --> accumulate --> result
//           OUTPUTS x LANES x WINDOW trits ------------------------------^
//
// A pass is the beats up to one with `last`: one row against one block of outputs. A beat without trits to add costs a
// cycle; with SKIP_ACTIVATIONS a trit whose activation is 0 need not be added either.
//
// Interface: a beat is taken at the end of a cycle with `valid` and `ready`; the first of a tile is ready at once.
// Results as in adder_tree.sv, TREE + ACCUMULATE cycles after the one in which the last lane of the pass finished.
// NOT MODELLED: the SRAMs' own latency; overflow of a lane's sum or of an accumulator.
module zero_skip #(
    parameter int LANES = 4,
    parameter int OUTPUTS = 2,
    parameter int WINDOW = 4,
    parameter int QUEUE = 2,
    parameter bit SKIP_ACTIVATIONS = 0,
    parameter int LANE_BITS = 16,
    parameter int TREE = 1,
    parameter int ACCUMULATE = 1,
    parameter int ACC_BITS = 24,
    parameter int DEPTH = 16,
    localparam int ADDRESS_BITS = DEPTH > 1 ? $clog2(DEPTH) : 1,
    localparam int SLOT_BITS = QUEUE > 1 ? $clog2(QUEUE) : 1,
    localparam int INPUTS = LANES * WINDOW
) (
    input  logic                        clock,
    input  logic                        reset,
    input  logic                        valid,
    output logic                        ready,
    input  logic                        resume,
    input  logic                        last,
    input  logic [    ADDRESS_BITS-1:0] address,
    input  logic [        INPUTS*8-1:0] activations,
    input  logic [OUTPUTS*INPUTS*2-1:0] weights,
    output logic                        result_valid,
    output logic                        result_last,
    output logic [    ADDRESS_BITS-1:0] result_address,
    output logic [OUTPUTS*ACC_BITS-1:0] results
);
  // The queue: slots in use from `oldest` on, `used` of them; one is freed in the cycle in which the last lane is done.
  logic [SLOT_BITS-1:0] oldest, newest;
  logic [SLOT_BITS:0] used;
  logic [QUEUE-1:0] lasts;
  logic [ADDRESS_BITS-1:0] addresses[QUEUE];
  logic [OUTPUTS-1:0] oldest_done, pass_done;
  wire freed = used != 0 && &oldest_done;
  wire write = valid && ready;
  wire pass_end = &pass_done;
  assign ready = used != (SLOT_BITS + 1)'(QUEUE) || freed;

  function automatic logic [SLOT_BITS-1:0] following(input logic [SLOT_BITS-1:0] slot);
    following = slot == SLOT_BITS'(QUEUE - 1) ? '0 : slot + 1'b1;
  endfunction
  always_ff @(posedge clock) begin
    if (reset) begin
      oldest <= '0;
      newest <= '0;
      used   <= '0;
    end else begin
      if (write) newest <= following(newest);
      if (freed) oldest <= following(oldest);
      used <= used + (SLOT_BITS + 1)'(write) - (SLOT_BITS + 1)'(freed);
    end
    if (write) begin
      lasts[newest] <= last;
      addresses[newest] <= address;
    end
  end

  // A pass leaves the lanes in the registers of their sums, read in the next cycle (`fresh`); where neither tree nor
  // accumulator has a stage of its own, they work in the cycle in which the pass ends.
  localparam int CUTS = TREE + ACCUMULATE > 0 ? 1 : 0;
  logic fresh, sum_valid;
  logic [ADDRESS_BITS-1:0] sum_address;
  delay #(
      .RESET(1)
  ) after_pass (
      .clock,
      .reset,
      .in (pass_end),
      .out(fresh)
  );
  beat_pipe #(
      .WIDTH (ADDRESS_BITS),
      .CYCLES(CUTS)
  ) to_sum (
      .clock,
      .reset,
      .valid(pass_end),
      .controls(addresses[oldest]),
      .valid_out(sum_valid),
      .controls_out(sum_address)
  );

  // All columns work in step: the controls of their results are those of the first.
  logic [OUTPUTS-1:0] result_valids, result_lasts;
  logic [ADDRESS_BITS-1:0] result_addresses[OUTPUTS];
  assign result_valid = result_valids[0];
  assign result_last = result_lasts[0];
  assign result_address = result_addresses[0];

  // Activations by lane, shared by all columns.
  genvar l, o, f;
  generate
    for (l = 0; l < LANES; l++) begin : store
      logic [QUEUE*WINDOW*8-1:0] held;
      logic [WINDOW-1:0] active;
      wire [WINDOW*8-1:0] arriving = activations[l*WINDOW*8+:WINDOW*8];
      always_ff @(posedge clock) if (write) held[newest*WINDOW*8+:WINDOW*8] <= arriving;
      for (f = 0; f < WINDOW; f++) begin : position
        assign active[f] = !SKIP_ACTIVATIONS || arriving[f*8+:8] != 0;
      end
    end

    for (o = 0; o < OUTPUTS; o++) begin : column
      logic [LANES-1:0] lane_oldest_done, lane_pass_done;
      logic [LANES*LANE_BITS-1:0] sums, next_sums;
      assign oldest_done[o] = &lane_oldest_done;
      assign pass_done[o]   = &lane_pass_done;
      for (l = 0; l < LANES; l++) begin : lane
        zero_skip_lane #(
            .WINDOW(WINDOW),
            .QUEUE(QUEUE),
            .LANE_BITS(LANE_BITS)
        ) lane (
            .clock,
            .reset,
            .write,
            .write_slot(newest),
            .trits(weights[(o*LANES+l)*WINDOW*2+:WINDOW*2]),
            .active(store[l].active),
            .activations(store[l].held),
            .lasts,
            .oldest,
            .pass_end,
            .fresh,
            .oldest_done(lane_oldest_done[l]),
            .pass_done(lane_pass_done[l]),
            .sum(sums[l*LANE_BITS+:LANE_BITS]),
            .next_sum(next_sums[l*LANE_BITS+:LANE_BITS])
        );
      end
      tree_column #(
          .INPUTS(LANES),
          .WIDTH(LANE_BITS),
          .TREE(TREE),
          .ACCUMULATE(ACCUMULATE),
          .ACC_BITS(ACC_BITS),
          .DEPTH(DEPTH),
          .OUTPUT_STATIONARY(1)
      ) trees (
          .clock,
          .reset,
          .valid(sum_valid),
          .first(1'b1),
          .resume,
          .last(1'b1),
          .address(sum_address),
          .operands(CUTS > 0 ? sums : next_sums),
          .carries({LANES{1'b0}}),
          .result_valid(result_valids[o]),
          .result_last(result_lasts[o]),
          .result_address(result_addresses[o]),
          .result(results[o*ACC_BITS+:ACC_BITS])
      );
    end
  endgenerate
endmodule
