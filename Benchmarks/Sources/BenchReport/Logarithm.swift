import Foundation

/// The decimal logarithm; 0 for what has none.
func logarithm(_ value: Double) -> Double { value > 0 ? log10(value) : 0 }
