"""What a language model wrote, read tolerantly: its slips undone, the assumptions told, its corrections put in."""
