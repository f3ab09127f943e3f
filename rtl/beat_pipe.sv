// The controls of a beat, CYCLES cycles later. Only `valid` is reset.
module beat_pipe #(
    parameter int WIDTH  = 1,
    parameter int CYCLES = 1
) (
    input  logic             clock,
    input  logic             reset,
    input  logic             valid,
    input  logic [WIDTH-1:0] controls,
    output logic             valid_out,
    output logic [WIDTH-1:0] controls_out
);
  delay #(
      .CYCLES(CYCLES),
      .RESET (1)
  ) valids (
      .clock,
      .reset,
      .in (valid),
      .out(valid_out)
  );
  delay #(
      .WIDTH (WIDTH),
      .CYCLES(CYCLES)
  ) others (
      .clock,
      .reset,
      .in (controls),
      .out(controls_out)
  );
endmodule
