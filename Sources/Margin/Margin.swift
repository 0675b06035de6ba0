// Margin
