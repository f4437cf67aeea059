//! Two trees side by side: spans are the same step when they have the same name and kind, under the same step, and are
//! the same one of those in order of time.

use std::collections::HashMap;

use crate::traces::reads::SpanRow;

use super::super::tree::{Node, arrange};

/// A step of one trace, of the other, or of both. Indexes into the spans given.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Pair {
    /// In the first.
    pub a: Option<usize>,
    /// In the second.
    pub b: Option<usize>,
    /// 0 at the top.
    pub depth: usize,
}

/// Pairs the steps of two traces, in the order of the second with what is gone in its old place.
pub fn align(a: &[SpanRow], b: &[SpanRow]) -> Vec<Pair> {
    let (left, right) = (steps(a), steps(b));
    let mut of_path: HashMap<&str, usize> = HashMap::with_capacity(left.len());
    for (place, step) in left.iter().enumerate() {
        of_path.insert(step.path.as_str(), place);
    }
    let partners: Vec<Option<usize>> =
        right.iter().map(|step| of_path.get(step.path.as_str()).copied()).collect();
    let mut is_met = vec![false; left.len()];
    for place in partners.iter().flatten() {
        if let Some(met) = is_met.get_mut(*place) {
            *met = true;
        }
    }
    let gone =
        |place: usize| left.get(place).map(|step| Pair { a: Some(step.index), b: None, depth: step.depth });
    let (mut pairs, mut next) = (Vec::with_capacity(right.len()), 0);
    for (step, partner) in right.iter().zip(&partners) {
        if let Some(partner) = partner {
            // What the first has before this step and the second has not.
            pairs.extend(
                (next..*partner)
                    .filter(|place| !is_met.get(*place).copied().unwrap_or(true))
                    .filter_map(gone),
            );
            next = next.max(partner + 1);
        }
        let a = partner.and_then(|place| left.get(place)).map(|step| step.index);
        pairs.push(Pair { a, b: Some(step.index), depth: step.depth });
    }
    pairs.extend(
        (next..left.len()).filter(|place| !is_met.get(*place).copied().unwrap_or(true)).filter_map(gone),
    );
    pairs
}

struct Step {
    index: usize,
    depth: usize,
    path: String,
}

/// Each span with its path. Deep paths are shortened to a digest of themselves, so that they stay short.
fn steps(spans: &[SpanRow]) -> Vec<Step> {
    let nodes: Vec<Node<'_>> = spans.iter().map(node).collect();
    let mut way: Vec<String> = Vec::new();
    let mut seen: HashMap<String, usize> = HashMap::new();
    let mut found = Vec::with_capacity(spans.len());
    for place in arrange(&nodes) {
        let Some(span) = spans.get(place.index) else { continue };
        way.truncate(place.depth);
        let above = way.last().map_or("", String::as_str);
        let own = format!("{above}/{}:{}", span.kind, span.name.as_deref().unwrap_or_default());
        let own = if own.len() > 200 { foundation::Digest::of(own.as_bytes()).to_hex() } else { own };
        let turn = seen.entry(own.clone()).and_modify(|turn| *turn += 1).or_default();
        let path = format!("{own}#{turn}");
        found.push(Step { index: place.index, depth: place.depth, path: path.clone() });
        way.push(path);
    }
    found
}

fn node(span: &SpanRow) -> Node<'_> {
    Node {
        id: &span.observation_id,
        parent: span.parent_id.as_deref(),
        start: span.start_at.map(|at| at.0),
        end: span.end_at.map(|at| at.0),
        first: None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::foundation::Timestamp;

    fn spans(list: &[(&str, &str, &str)]) -> Vec<SpanRow> {
        (0..)
            .zip(list)
            .map(|(at, (id, parent, name))| SpanRow {
                observation_id: (*id).to_owned(),
                parent_id: Some((*parent).to_owned()).filter(|parent| !parent.is_empty()),
                kind: "SPAN".to_owned(),
                name: Some((*name).to_owned()),
                start_at: Some(Timestamp(at)),
                end_at: None,
                first_token_at: None,
                level: "DEFAULT".to_owned(),
                model: None,
            })
            .collect()
    }

    fn shape(a: &[SpanRow], b: &[SpanRow]) -> Vec<String> {
        let id =
            |spans: &[SpanRow], at: Option<usize>| at.map_or("-", |at| &spans[at].observation_id).to_owned();
        align(a, b).into_iter().map(|pair| format!("{}={}", id(a, pair.a), id(b, pair.b))).collect()
    }

    #[test]
    fn the_same_steps_meet_and_others_stand_alone_in_their_place() {
        let a = spans(&[
            ("a1", "", "turn"),
            ("a2", "a1", "plan"),
            ("a3", "a1", "call"),
            ("a4", "a1", "call"),
            ("a5", "a1", "end"),
        ]);
        let b =
            spans(&[("b1", "", "turn"), ("b2", "b1", "call"), ("b3", "b1", "check"), ("b4", "b1", "end")]);
        assert_eq!(shape(&a, &b), ["a1=b1", "a2=-", "a3=b2", "-=b3", "a4=-", "a5=b4"]);
        assert_eq!(shape(&a, &a).len(), 5);
        assert_eq!(shape(&a, &[]), ["a1=-", "a2=-", "a3=-", "a4=-", "a5=-"]);
        assert_eq!(shape(&[], &b).len(), 4);
    }

    #[test]
    fn a_step_under_another_parent_is_another_step() {
        let a = spans(&[("a1", "", "x"), ("a2", "a1", "s")]);
        let b = spans(&[("b1", "", "y"), ("b2", "b1", "s")]);
        assert_eq!(shape(&a, &b), ["-=b1", "-=b2", "a1=-", "a2=-"]);
    }
}
