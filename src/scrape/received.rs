//! What came in since the process began, of one project or of all.

use crate::foundation::ProjectKey;
use crate::intake::counts::{COUNTERS, Counted, Counts};
use trace_model::ArrivalKind;

use super::family::Family;

/// The counters of the way in.
pub fn families(counts: &Counts, project: Option<ProjectKey>) -> Vec<Family> {
    let count = |what| match project {
        Some(project) => counts.count(project, what),
        None => counts.total(what),
    };
    let family = |(place, (name, help)): (usize, (&str, &str))| {
        let of_it = Counted::all().filter(|(_, of, ..)| *of == place);
        of_it.fold(Family::counter(name, help), |family, (what, _, label, value)| {
            family.with(&[(label, value)], count(what))
        })
    };
    let mut families: Vec<Family> = COUNTERS.into_iter().enumerate().map(family).collect();
    let spans =
        count(Counted::Taken(ArrivalKind::Span)).saturating_add(count(Counted::Taken(ArrivalKind::Create)));
    families.push(
        Family::counter(
            "tracewright_process_ingest_spans_total",
            "Spans and observations that this process took since it began, repeats included.",
        )
        .with(&[], spans),
    );
    families
}
