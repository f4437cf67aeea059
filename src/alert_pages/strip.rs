//! The last 24 hours of an alert as pieces of a strip. Pure.

use crate::alerts::model::{Alert, DAY};
use crate::alerts::reads::ChangeRow;
use crate::foundation::Timestamp;

/// One piece.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Piece {
    /// `firing`, `pending` or `silenced`.
    pub(super) class: &'static str,
    /// Per cent of the strip, with one place.
    pub(super) from: String,
    pub(super) width: String,
}

/// The pieces of one row: of these alerts, whose changes these are, the oldest first.
pub(super) fn pieces(alerts: &[&Alert], changes: &[&ChangeRow], now: Timestamp) -> Vec<Piece> {
    let mut ids: Vec<&str> = changes.iter().map(|change| change.alert_id.as_str()).collect();
    ids.extend(alerts.iter().map(|alert| alert.id.as_str()).filter(|id| !id.is_empty()));
    ids.sort_unstable();
    ids.dedup();
    let mut pieces = Vec::new();
    for id in ids {
        let alert = alerts.iter().find(|alert| alert.id == id);
        let own = || changes.iter().filter(move |change| change.alert_id == id).copied();
        let firing = alert.and_then(|alert| alert.firing_since);
        let silence = alert.and_then(|alert| alert.silence.as_ref().map(|silence| silence.at));
        let pending = alert.and_then(|alert| alert.pending_since);
        let spans = between(own(), ("alert.fired.v1", "alert.resolved.v1"), firing, now);
        pieces.extend(spans.into_iter().map(|span| piece("firing", span, now)));
        pieces.extend(pending.map(|since| piece("pending", (since, now), now)));
        let spans = between(own(), ("alert.silenced.v1", "alert.silence_ended.v1"), silence, now);
        pieces.extend(spans.into_iter().map(|span| piece("silenced", span, now)));
    }
    pieces
}

/// From when to when something held: what began and did not end holds still, what ended and did not begin held before.
fn between<'a>(
    changes: impl Iterator<Item = &'a ChangeRow>,
    (begins, ends): (&str, &str),
    still_since: Option<Timestamp>,
    now: Timestamp,
) -> Vec<(Timestamp, Timestamp)> {
    let first = now.plus_micros(-DAY);
    let (mut spans, mut since, mut is_first) = (Vec::new(), None, true);
    for change in changes {
        if change.kind == begins {
            since = since.or(Some(change.at));
            is_first = false;
        } else if change.kind == ends {
            let began = since.take().or(is_first.then_some(first));
            spans.extend(began.map(|began| (began, change.at)));
            is_first = false;
        }
    }
    let still = still_since.map(|still| since.unwrap_or(still));
    spans.extend(still.map(|began| (began, now)));
    spans
}

fn piece(class: &'static str, (from, to): (Timestamp, Timestamp), now: Timestamp) -> Piece {
    let first = now.plus_micros(-DAY);
    let place = |at: Timestamp| at.micros_since(first).clamp(0, DAY) / (DAY / 1_000);
    let (from, to) = (place(from), place(to));
    // What lasted a minute can still be seen.
    let width = (to - from).max(5);
    let from = from.min(1_000 - width);
    Piece { class, from: percent(from), width: percent(width) }
}

fn percent(mille: i64) -> String {
    format!("{}.{}", mille / 10, mille % 10)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::alerts::model::{HOUR, Rule};
    use crate::foundation::ProjectKey;

    const NOW: Timestamp = Timestamp(1_795_251_600_000_000);

    fn change(kind: &str, hours_ago: i64) -> ChangeRow {
        ChangeRow {
            project: ProjectKey(1),
            event_id: format!("{kind}{hours_ago}"),
            alert_id: "a".to_owned(),
            rule: "SlowWorkflowStage".to_owned(),
            subject: String::new(),
            kind: kind.to_owned(),
            at: NOW.plus_micros(-hours_ago * HOUR),
            by_id: "system".to_owned(),
            by_name: String::new(),
            said: String::new(),
            until: None,
        }
    }

    fn alert(firing: Option<i64>) -> Alert {
        Alert {
            id: "a".to_owned(),
            rule: Rule::SlowWorkflowStage,
            subject: String::new(),
            firing_since: firing.map(|hours| NOW.plus_micros(-hours * HOUR)),
            pending_since: None,
            resolved_at: None,
            measure: None,
            taken: None,
            silence: None,
        }
    }

    fn drawn(alert: &Alert, changes: &[ChangeRow]) -> Vec<(&'static str, String, String)> {
        let changes: Vec<&ChangeRow> = changes.iter().collect();
        pieces(&[alert], &changes, NOW).into_iter().map(|one| (one.class, one.from, one.width)).collect()
    }

    #[test]
    fn a_strip_shows_what_held_and_from_when_to_when() {
        let (fired, over) = ("alert.fired.v1", "alert.resolved.v1");
        let piece = |class, from: &str, width: &str| (class, from.to_owned(), width.to_owned());
        assert_eq!(drawn(&alert(None), &[]), []);
        assert_eq!(drawn(&alert(Some(48)), &[]), [piece("firing", "0.0", "100.0")]);
        let once = [change(fired, 18), change(over, 12)];
        assert_eq!(drawn(&alert(None), &once), [piece("firing", "25.0", "25.0")]);
        let from_before = [change(over, 12), change(fired, 6)];
        let expected = [piece("firing", "0.0", "50.0"), piece("firing", "75.0", "25.0")];
        assert_eq!(drawn(&alert(Some(6)), &from_before), expected);
        let silenced = [change("alert.silenced.v1", 12), change("alert.silence_ended.v1", 6)];
        assert_eq!(drawn(&alert(None), &silenced), [piece("silenced", "50.0", "25.0")]);
    }
}
