//! The figures of two traces, with their differences.

use std::collections::HashSet;

use crate::foundation::money::NanoDollars;
use crate::traces::reads::TraceRow;
use crate::web::format::{self, shown};

/// One figure of both.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Figure {
    pub word: &'static str,
    /// Of the first.
    pub a: String,
    /// Of the second.
    pub b: String,
    /// The second less the first; empty when nothing differs.
    pub change: String,
}

/// Duration, spans, tokens, cost, errors and models.
pub fn figures(a: &TraceRow, b: &TraceRow, lack_usage: &HashSet<String>) -> Vec<Figure> {
    let said = |row: &TraceRow, count: i64| (!lack_usage.contains(&row.trace_id)).then_some(count);
    let number = |word, a: i64, b: i64| figure(word, a, b, format::number);
    let mut all = vec![
        figure("Took", a.duration(), b.duration(), format::duration),
        number("Spans", a.observation_count, b.observation_count),
        tokens("Input tokens", said(a, a.input_tokens), said(b, b.input_tokens)),
        tokens("Output tokens", said(a, a.output_tokens), said(b, b.output_tokens)),
        figure("Cost", a.cost_nanos, b.cost_nanos, |nanos| NanoDollars(nanos).to_string()),
        number("Errors", a.error_count, b.error_count),
        number("Warnings", a.warning_count, b.warning_count),
        words("Models", &a.models, &b.models),
        words("Release", a.release.as_deref().unwrap_or_default(), b.release.as_deref().unwrap_or_default()),
    ];
    all.retain(|figure| !figure.a.is_empty() || !figure.b.is_empty());
    all
}

/// What one side does not know cannot differ.
fn tokens(word: &'static str, a: Option<i64>, b: Option<i64>) -> Figure {
    match (a, b) {
        (Some(a), Some(b)) => figure(word, a, b, format::number),
        _ => Figure { word, a: format::known(a), b: format::known(b), change: String::new() },
    }
}

fn figure(word: &'static str, a: i64, b: i64, show: impl Fn(i64) -> String) -> Figure {
    let change = match b.saturating_sub(a) {
        0 => String::new(),
        more @ 1.. => format!("+{}{}", show(more), share(a, more)),
        less => format!("−{}{}", show(less.saturating_neg()), share(a, less)),
    };
    Figure { word, a: show(a), b: show(b), change }
}

/// ` (+12 %)`, its sign beside its figure; nothing when there was nothing to compare with.
fn share(before: i64, change: i64) -> String {
    if before <= 0 {
        return String::new();
    }
    let percent = i128::from(change) * 100 / i128::from(before);
    let sign = if percent < 0 { '−' } else { '+' };
    format!(" ({sign}{}\u{a0}%)", percent.unsigned_abs())
}

fn words(word: &'static str, a: &str, b: &str) -> Figure {
    let change = if a == b { String::new() } else { "differs".to_owned() };
    Figure { word, a: shown(a), b: shown(b), change }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn unknown_tokens_are_a_dash_and_no_difference() {
        let figure = tokens("Input tokens", None, Some(7));
        assert_eq!([figure.a, figure.b, figure.change], ["–", "7", ""]);
        assert_eq!(tokens("Input tokens", Some(0), Some(7)).change, "+7");
    }

    #[test]
    fn differences_have_a_sign_and_a_share() {
        let change = |a, b| figure("x", a, b, format::number).change;
        assert_eq!(change(100, 112), "+12 (+12\u{a0}%)");
        assert_eq!(change(100, 50), "−50 (−50\u{a0}%)");
        assert_eq!(change(0, 5), "+5");
        assert_eq!(change(7, 7), "");
        assert_eq!(change(i64::MIN, i64::MAX), format!("+{}", format::number(i64::MAX)));
    }
}
