// One lane of the zero-skip array: adds or subtracts one activation a cycle and steps over trits that need not be added.
//
// Holds its trits of the beats in the queue; the activations stand in the array. It takes the beats in order, and in a
// beat the first trit that is left; a beat without any takes it one cycle. After the last beat of a pass it waits for
// `pass_end`, the cycle in which the last lane of the array finished; `sum` is read in the next one (`fresh`) and starts
// anew in it. Rules 1 to 3 in the head of src/sim/array/zero-skip.ts.
module zero_skip_lane #(
    parameter int WINDOW = 4,
    parameter int QUEUE = 2,
    parameter int LANE_BITS = 16,
    localparam int SLOT_BITS = QUEUE > 1 ? $clog2(QUEUE) : 1
) (
    input  logic                      clock,
    input  logic                      reset,
    // A beat is written at the end of the cycle: its trits, and which of their activations are not skipped.
    input  logic                      write,
    input  logic [     SLOT_BITS-1:0] write_slot,
    input  logic [      2*WINDOW-1:0] trits,
    input  logic [        WINDOW-1:0] active,
    // The queue's slots: activations of this lane, whether a beat is the last of its pass, and the oldest slot in use.
    input  logic [QUEUE*WINDOW*8-1:0] activations,
    input  logic [         QUEUE-1:0] lasts,
    input  logic [     SLOT_BITS-1:0] oldest,
    input  logic                      pass_end,
    input  logic                      fresh,
    // In this cycle: the lane is done with the oldest slot; it is done with the pass.
    output logic                      oldest_done,
    output logic                      pass_done,
    output logic [     LANE_BITS-1:0] sum,
    output logic [     LANE_BITS-1:0] next_sum
);
  logic [QUEUE-1:0] pending;
  logic [QUEUE*WINDOW-1:0] left, minus;
  logic [SLOT_BITS-1:0] slot;
  logic waiting;

  // The slot the lane works on and the one that is written, one line each: reaching into the queue is gates on these.
  logic [QUEUE-1:0] at, writes;
  always_comb begin
    for (int q = 0; q < QUEUE; q++) begin
      at[q] = slot == SLOT_BITS'(q);
      writes[q] = write && write_slot == SLOT_BITS'(q);
    end
  end

  // What stands in the slot that the lane works on.
  logic [WINDOW-1:0] standing, signs;
  logic [WINDOW*8-1:0] values;
  always_comb begin
    {standing, signs, values} = '0;
    for (int q = 0; q < QUEUE; q++) begin
      standing = standing | (left[q*WINDOW+:WINDOW] & {WINDOW{at[q]}});
      signs = signs | (minus[q*WINDOW+:WINDOW] & {WINDOW{at[q]}});
      values = values | (activations[q*WINDOW*8+:WINDOW*8] & {WINDOW * 8{at[q]}});
    end
  end

  wire working = (pending & at) != 0 && !waiting;
  wire [WINDOW-1:0] rest = standing & (standing - 1'b1);
  wire [WINDOW-1:0] taken = working ? standing & ~rest : '0;
  wire finishes = working && rest == 0;

  // The activation at the one position taken; 0 where there is none.
  function automatic logic [7:0] at_taken(input logic [WINDOW*8-1:0] of, input logic [WINDOW-1:0] position);
    at_taken = '0;
    for (int f = 0; f < WINDOW; f++) at_taken = at_taken | (of[f*8+:8] & {8{position[f]}});
  endfunction
  wire [7:0] x = at_taken(values, taken);
  wire subtract = (taken & signs) != 0;

  // Of the codes t + 1 (ternary_lanes.sv): not 0, and -1.
  logic [WINDOW-1:0] needed, negative;
  always_comb begin
    for (int f = 0; f < WINDOW; f++) begin
      needed[f] = !trits[2*f] && active[f];
      negative[f] = trits[2*f+:2] == 2'b00;
    end
  end

  // The lowest bit is where the one of the two's complement enters.
  logic below;
  assign {next_sum, below} = {fresh ? '0 : sum, 1'b1} + (LANE_BITS + 1)'($signed({x ^ {8{subtract}}, subtract}));
  assign oldest_done = !pending[oldest] || (finishes && slot == oldest);
  assign pass_done = waiting || (finishes && lasts[slot]);

  always_ff @(posedge clock) begin
    if (reset) begin
      pending <= '0;
      slot <= '0;
      waiting <= 1'b0;
      sum <= '0;
    end else begin
      if (finishes) slot <= slot == SLOT_BITS'(QUEUE - 1) ? '0 : slot + 1'b1;
      for (int q = 0; q < QUEUE; q++) begin
        // A beat may be written into the slot that is finished in this cycle.
        if (writes[q]) begin
          pending[q] <= 1'b1;
          left[q*WINDOW+:WINDOW] <= needed;
          minus[q*WINDOW+:WINDOW] <= negative;
        end else if (working && at[q]) begin
          pending[q] <= !finishes;
          left[q*WINDOW+:WINDOW] <= rest;
        end
      end
      waiting <= pass_done && !pass_end;
      sum <= next_sum;
    end
  end
endmodule
