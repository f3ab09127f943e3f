// The accumulator of one tree with its column of the accumulator buffer: adds one tree sum a cycle.
//
// A beat adds to: 0 where it starts a result; the buffer where it resumes one, or where partial sums pass through the
// buffer (weight-stationary); else the register of the running result (output-stationary, which writes the buffer on
// the last beat only). STAGES > 1 cuts the word into slices from the low end, each a stage: a slice adds a cycle after
// the one below it and takes its carry, so that a sum may follow the previous one of the same result in the next cycle.
//
// Interface: a beat's controls come with its addend; `result` is valid STAGES - 1 cycles later (the same cycle for one
// stage), as the value at the buffer's write port. The buffer reads in the same cycle: ideal memory.
module accumulator #(
    parameter int ACC_BITS = 24,
    parameter int ADDEND_BITS = 11,
    parameter int STAGES = 1,
    parameter int DEPTH = 16,
    parameter bit OUTPUT_STATIONARY = 0,
    localparam int ADDRESS_BITS = DEPTH > 1 ? $clog2(DEPTH) : 1,
    localparam int CONTROL_BITS = 4 + ADDRESS_BITS,
    localparam int SLICE = (ACC_BITS + STAGES - 1) / STAGES
) (
    input  logic                    clock,
    input  logic                    valid,
    input  logic                    first,
    input  logic                    resume,
    input  logic                    last,
    input  logic [ADDRESS_BITS-1:0] address,
    input  logic [ ADDEND_BITS-1:0] addend,
    input  logic                    carry,
    output logic [    ACC_BITS-1:0] result
);
  wire [ACC_BITS-1:0] extended = {{(ACC_BITS - ADDEND_BITS) {addend[ADDEND_BITS-1]}}, addend};

  genvar s;
  generate
    for (s = 0; s < STAGES; s++) begin : slice
      localparam int FROM = s * SLICE;
      localparam int BITS = FROM + SLICE > ACC_BITS ? ACC_BITS - FROM : SLICE;
      logic [BITS-1:0] part, base, held, added;
      logic carry_in, carry_out, carried, below;
      logic now, starts, resumes, ends;
      logic [ADDRESS_BITS-1:0] at;
      logic [BITS-1:0] buffer[DEPTH];

      // This slice works s cycles after the lowest one.
      delay #(
          .WIDTH (BITS + CONTROL_BITS),
          .CYCLES(s)
      ) skew (
          .clock,
          .reset(1'b0),
          .in ({extended[FROM+:BITS], valid, first, resume, last, address}),
          .out({part, now, starts, resumes, ends, at})
      );
      if (s == 0) assign carry_in = carry;
      else assign carry_in = slice[s-1].carried;

      wire from_buffer = OUTPUT_STATIONARY ? starts && resumes : !starts || resumes;
      assign base = from_buffer ? buffer[at] : starts ? '0 : held;
      // The lowest bit is where the carry enters.
      assign {carry_out, added, below} = {1'b0, base, 1'b1} + {1'b0, part, carry_in};

      always_ff @(posedge clock) begin
        carried <= carry_out;
        if (now) held <= added;
        if (now && (ends || !OUTPUT_STATIONARY)) buffer[at] <= added;
      end
      delay #(
          .WIDTH (BITS),
          .CYCLES(STAGES - 1 - s)
      ) deskew (
          .clock,
          .reset(1'b0),
          .in (added),
          .out(result[FROM+:BITS])
      );
    end
  endgenerate
endmodule
