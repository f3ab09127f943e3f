// The order of beats of a tile: one block of inputs x outputs against one row each cycle in which `ready`.
//
// Blocks of outputs outside. Within one, weight-stationary: a block of inputs, then every row against it;
// output-stationary: a row, then every block of inputs. rows x k_blocks x n_blocks beats.
//
// Interface: `start` for one cycle with the tile's size in beats (each 1 at least), the first beat is valid in the next
// one. `address` counts the results of the tile: n_block x rows + row.
module tile_sequencer #(
    parameter int BITS = 16,
    parameter bit OUTPUT_STATIONARY = 0
) (
    input  logic            clock,
    input  logic            reset,
    input  logic            start,
    input  logic            ready,
    input  logic [BITS-1:0] rows,
    input  logic [BITS-1:0] k_blocks,
    input  logic [BITS-1:0] n_blocks,
    output logic            valid,
    output logic [BITS-1:0] row,
    output logic [BITS-1:0] k_block,
    output logic [BITS-1:0] n_block,
    output logic [BITS-1:0] address,
    output logic            first,
    output logic            last,
    output logic            new_weights
);
  logic [BITS-1:0] base;
  assign address = base + row;
  assign first = k_block == 0;
  assign last = k_block == k_blocks - 1'b1;
  assign new_weights = OUTPUT_STATIONARY || row == 0;

  wire row_ends = row == rows - 1'b1;
  wire next_row = OUTPUT_STATIONARY ? last : 1'b1;
  wire next_k = OUTPUT_STATIONARY ? 1'b1 : row_ends;
  wire next_n = row_ends && last;

  always_ff @(posedge clock) begin
    if (reset) begin
      valid <= 1'b0;
    end else if (start) begin
      valid   <= 1'b1;
      row     <= '0;
      k_block <= '0;
      n_block <= '0;
      base    <= '0;
    end else if (valid && ready) begin
      if (next_row) row <= row_ends ? '0 : row + 1'b1;
      if (next_k) k_block <= last ? '0 : k_block + 1'b1;
      if (next_n) begin
        n_block <= n_block + 1'b1;
        base <= base + rows;
        valid <= n_block != n_blocks - 1'b1;
      end
    end
  end
endmodule
