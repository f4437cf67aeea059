//! Environment names by Langfuse's rule, so that both sides file data under the same name.

/// The environment of data that names none.
pub const DEFAULT: &str = "default";

/// Lower case, without leading `langfuse`, at most 40 of `a-z 0-9 - _`; anything else is `default`.
pub fn normalise(text: &str) -> String {
    let lower = text.trim().to_lowercase();
    let mut rest = lower.as_str();
    while let Some(shorter) = rest.strip_prefix("langfuse") {
        rest = shorter;
    }
    let cut: String = rest.chars().take(40).collect();
    let legal = |c: char| c.is_ascii_lowercase() || c.is_ascii_digit() || c == '-' || c == '_';
    if cut.is_empty() || !cut.chars().all(legal) { DEFAULT.to_owned() } else { cut }
}
