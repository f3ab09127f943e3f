// Plays tiles from a file to an array from an ideal memory, and prints results and cycles.
//
//     vvp ... +tiles=FILE
//
// FILE, whitespace-separated hexadecimal: the number of tiles; then for each tile `rows k_blocks n_blocks resume`, the
// lines of activations [row][k_block] (INPUTS bytes, input 0 lowest) and of weights [n_block][k_block] (OUTPUTS x
// INPUTS codes of two bits, output 0, input 0 lowest). Resume 1: the tile goes on from the partial sums of the last one.
// Printed: `result TILE ADDRESS SUMS` (hexadecimal, output 0 lowest) for each finished one, and `cycles TILE FIRST LAST`:
// the cycles of the first valid operand and of the last valid result.
module tile_player #(
    parameter int INPUTS = 8,
    parameter int OUTPUTS = 4,
    parameter int ACC_BITS = 24,
    parameter bit OUTPUT_STATIONARY = 0,
    // Results and lines of the largest tile of the file; cycles that a beat may take and that the last result may need.
    parameter int DEPTH = 64,
    parameter int LINES = 256,
    parameter int BEAT_CYCLES = 1,
    parameter int DRAIN_CYCLES = 4,
    localparam int ADDRESS_BITS = DEPTH > 1 ? $clog2(DEPTH) : 1
) (
    output logic                        clock,
    output logic                        reset,
    output logic                        valid,
    input  logic                        ready,
    output logic                        first,
    output logic                        resume,
    output logic                        last,
    output logic [    ADDRESS_BITS-1:0] address,
    output logic [        INPUTS*8-1:0] activations,
    output logic                        new_weights,
    output logic [OUTPUTS*INPUTS*2-1:0] weights,
    input  logic                        result_valid,
    input  logic                        result_last,
    input  logic [    ADDRESS_BITS-1:0] result_address,
    input  logic [OUTPUTS*ACC_BITS-1:0] results
);
  initial begin
    clock = 0;
    reset = 1;
    forever #1 clock = !clock;
  end
  int cycle = 0;
  always @(posedge clock) cycle <= cycle + 1;

  logic start = 0;
  logic [15:0] rows, k_blocks, n_blocks, row, k_block, n_block, place;
  tile_sequencer #(
      .BITS(16),
      .OUTPUT_STATIONARY(OUTPUT_STATIONARY)
  ) sequencer (
      .address(place),
      .*
  );
  assign address = place[ADDRESS_BITS-1:0];

  // Ideal memory: the line of a beat is there in its cycle; a weight line only when it is asked for.
  logic [INPUTS*8-1:0] activation_lines[LINES];
  logic [OUTPUTS*INPUTS*2-1:0] weight_lines[LINES];
  assign activations = valid ? activation_lines[row*k_blocks+k_block] : 'x;
  assign weights = valid && new_weights ? weight_lines[n_block*k_blocks+k_block] : 'x;

  int tile = 0, tiles = 0, first_cycle = -1, last_cycle = -1, wanted = 0;
  always @(posedge clock) begin
    if (valid && first_cycle < 0) first_cycle = cycle;
    if (!reset && (result_valid ^ ready) === 1'bx) $fatal(1, "a handshake is neither 0 nor 1");
    if (!reset && result_valid) begin
      last_cycle = cycle;
      if (result_last) begin
        $display("result %0d %0d %h", tile, result_address, results);
        wanted--;
      end
    end
  end

  int file, got, count, resumes;
  string path;
  initial begin
    if (!$value$plusargs("tiles=%s", path)) $fatal(1, "no +tiles=FILE");
    file = $fopen(path, "r");
    if (file == 0) $fatal(1, "cannot open %s", path);
    got = $fscanf(file, "%h", tiles);
    repeat (DRAIN_CYCLES + 2) @(negedge clock);
    reset = 0;
    for (tile = 0; tile < tiles; tile++) begin
      got = $fscanf(file, "%h %h %h %h", rows, k_blocks, n_blocks, resumes);
      if (got != 4) $fatal(1, "tile %0d: no size", tile);
      if (rows * n_blocks > DEPTH || rows * k_blocks > LINES || n_blocks * k_blocks > LINES)
        $fatal(1, "tile %0d is larger than the bench", tile);
      for (count = 0; count < rows * k_blocks; count++) got = got + $fscanf(file, "%h", activation_lines[count]);
      for (count = 0; count < n_blocks * k_blocks; count++) got = got + $fscanf(file, "%h", weight_lines[count]);
      if (got != 4 + (rows + n_blocks) * k_blocks) $fatal(1, "tile %0d: too few lines", tile);
      resume = resumes != 0;
      first_cycle = -1;
      wanted = rows * n_blocks;
      start = 1;
      @(negedge clock) start = 0;
      count = cycle + rows * k_blocks * n_blocks * BEAT_CYCLES + DRAIN_CYCLES;
      while (valid || wanted > 0) begin
        if (cycle > count) $fatal(1, "tile %0d: %0d results have not come", tile, wanted);
        @(negedge clock);
      end
      // No result may follow the last one.
      repeat (DRAIN_CYCLES) @(negedge clock);
      if (wanted != 0) $fatal(1, "tile %0d: %0d results too many", tile, -wanted);
      $display("cycles %0d %0d %0d", tile, first_cycle, last_cycle);
    end
    $finish;
  end
endmodule
