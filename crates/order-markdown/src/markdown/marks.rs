//! Signs at headings and boxes: done, open, failed, flagged, not applicable; and names with a code.

use crate::model::StepState;

const MARKS: [(&str, &str); 17] = [
    ("✅", "done"),
    ("☑️", "done"),
    ("☑", "done"),
    ("✔️", "done"),
    ("✔", "done"),
    ("[x]", "done"),
    ("[X]", "done"),
    ("⬜️", "open"),
    ("⬜", "open"),
    ("☐", "open"),
    ("🔲", "open"),
    ("[ ]", "open"),
    ("❌", "failed"),
    ("⚠️", "flagged"),
    ("⚠", "flagged"),
    ("➖", "not_applicable"),
    ("(N/A)", "not_applicable"),
];
const OPTIONAL: &str = "(optional)";

/// The sign written for a state.
pub(super) fn show_state(state: &StepState) -> &'static str {
    match state {
        StepState::Open => "⬜",
        StepState::Done => "✅",
        StepState::Failed { .. } => "❌",
        StepState::Flagged { .. } => "⚠️",
        StepState::NotApplicable { .. } => "➖",
    }
}

/// Cuts a sign off the end or the start of a text.
pub(super) fn cut_state(text: &str) -> (&str, Option<StepState>) {
    let text = text.trim();
    for (sign, word) in MARKS {
        let rest = text.strip_suffix(sign).or_else(|| text.strip_prefix(sign));
        if let Some(rest) = rest {
            return (rest.trim(), Some(state_of(word)));
        }
    }
    (text, None)
}

fn state_of(word: &str) -> StepState {
    let reason = String::new();
    match word {
        "done" => StepState::Done,
        "failed" => StepState::Failed { reason },
        "flagged" => StepState::Flagged { reason },
        "not_applicable" => StepState::NotApplicable { reason },
        _ => StepState::Open,
    }
}

/// Cuts a box off the start of a bullet's text: whether it is ticked.
pub(super) fn cut_box(text: &str) -> Option<(&str, bool)> {
    let boxes = [("[ ]", false), ("[]", false), ("[x]", true), ("[X]", true), ("☐", false), ("⬜", false)];
    let ticked = [("☑", true), ("✅", true), ("✔", true)];
    boxes.into_iter().chain(ticked).find_map(|(sign, ticked)| {
        let rest = text.strip_prefix(sign)?.trim_start_matches('\u{fe0f}');
        (rest.is_empty() || rest.starts_with([' ', '\t'])).then(|| (rest.trim_start(), ticked))
    })
}

/// Cuts `(optional)` off the end of a text: whether the thing is required.
pub(super) fn cut_optional(text: &str) -> (&str, bool) {
    let split = text.len().checked_sub(OPTIONAL.len());
    let tail = split.and_then(|at| text.split_at_checked(at));
    match tail {
        Some((rest, tail)) if tail.eq_ignore_ascii_case(OPTIONAL) => (rest.trim_end(), false),
        _ => (text, true),
    }
}

/// What is put behind an optional thing.
pub(super) fn show_optional(required: bool) -> &'static str {
    if required { "" } else { " (optional)" }
}

/// `Ada Moor (USR-001)`: a name and, in the last parentheses, a code.
pub(super) fn cut_code(text: &str) -> (String, String) {
    let text = text.trim();
    let inside = text.strip_suffix(')').and_then(|text| text.rsplit_once('('));
    match inside {
        Some((name, code)) if !name.trim().is_empty() => (name.trim().to_owned(), code.trim().to_owned()),
        _ => (text.to_owned(), String::new()),
    }
}

/// A name with its code behind it.
pub(super) fn show_code(name: &str, code: &str) -> String {
    if code.is_empty() { name.to_owned() } else { format!("{name} ({code})") }
}
