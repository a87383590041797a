"""The colors of all charts."""

GREEN = "#1f6f5c"
ORANGE = "#d9822b"
#: For things that are told apart by color, in the order in which they come.
PALETTE = [GREEN, ORANGE, "#3d6fa5", "#8fa63a", "#9a5b8f", "#c9a227", "#5aa7a0", "#a34a3e", "#6b7a74", "#7d6bb0"]
