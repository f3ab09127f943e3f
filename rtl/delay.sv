// CYCLES registers in a row; a wire where CYCLES is 0. Data registers are not reset: a valid bit says what counts.
module delay #(
    parameter int WIDTH  = 1,
    parameter int CYCLES = 1,
    parameter bit RESET  = 0
) (
    input  logic             clock,
    input  logic             reset,
    input  logic [WIDTH-1:0] in,
    output logic [WIDTH-1:0] out
);
  generate
    if (CYCLES == 0) begin : wire_only
      assign out = in;
    end else begin : registers
      logic [CYCLES*WIDTH-1:0] stages;
      always_ff @(posedge clock) begin
        if (RESET && reset) stages <= '0;
        else stages <= (CYCLES * WIDTH)'({stages, in});
      end
      assign out = stages[(CYCLES-1)*WIDTH+:WIDTH];
    end
  endgenerate
endmodule
