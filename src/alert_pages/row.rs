//! One alert as a row of the page.

use crate::alerts::model::{Alert, State};
use crate::alerts::reads::{Board, ChangeRow};
use crate::fleet_pages::ALERTS;
use crate::foundation::Timestamp;
use crate::web::format::{Time, shown, waited};

use super::strip::{Piece, pieces};

/// What is not known.
const DASH: &str = "–";

/// One row.
pub(super) struct Row {
    /// Empty where there is nothing to do about it.
    pub(super) id: String,
    /// Tone and word of its stamp.
    pub(super) stamp: (&'static str, &'static str),
    pub(super) rule: &'static str,
    pub(super) severity: &'static str,
    pub(super) said: String,
    pub(super) now: String,
    /// `bad` or `waiting`; empty where the figure is fine.
    pub(super) tone: &'static str,
    pub(super) fires: &'static str,
    pub(super) since: Option<Time>,
    /// What stands under the moment: words before another moment, and that.
    pub(super) note: (String, Option<Time>),
    pub(super) strip: Vec<Piece>,
    /// What the strip says, for whoever does not see it.
    pub(super) strip_words: String,
    pub(super) taken: Option<TakenView>,
    pub(super) silence: Option<SilenceView>,
    pub(super) runbook: String,
    /// The page with the form that silences it.
    pub(super) silencing: String,
    pub(super) is_chosen: bool,
}

/// Who has it.
pub(super) struct TakenView {
    pub(super) name: String,
    pub(super) at: Time,
    pub(super) is_mine: bool,
}

/// Who silenced it, and why.
pub(super) struct SilenceView {
    pub(super) name: String,
    pub(super) reason: String,
}

impl Row {
    /// The row of an alert, with what happened in the last day; `me` is the reader's account.
    pub(super) fn of(
        alert: &Alert,
        board: &Board,
        day: &[ChangeRow],
        (me, chosen): (&str, &str),
        now: Timestamp,
    ) -> Self {
        let state = alert.state();
        let (stamp, tone) = stamp(state, board.is_known());
        let own: Vec<&ChangeRow> = day.iter().filter(|change| is_of(change, alert)).collect();
        let strip = pieces(&[alert], &own, now);
        let (since, note) = since(alert, state, now);
        Self {
            is_chosen: !chosen.is_empty() && alert.id == chosen,
            id: alert.id.clone(),
            stamp,
            rule: alert.rule.as_str(),
            severity: alert.rule.severity().as_str(),
            said: said(alert),
            now: alert.measure.as_ref().map_or_else(|| DASH.to_owned(), |one| one.unit.shown(one.value)),
            tone,
            fires: alert.rule.fires(),
            since,
            note,
            strip_words: strip_words(&strip),
            strip,
            taken: alert.taken.as_ref().map(|taken| TakenView {
                name: shown(&taken.name),
                at: Time::new(taken.at, now),
                is_mine: taken.by == me,
            }),
            silence: alert
                .silence
                .as_ref()
                .map(|silence| SilenceView { name: shown(&silence.name), reason: shown(&silence.reason) }),
            runbook: format!("{ALERTS}/runbook#{}", alert.rule.anchor()),
            silencing: format!("{ALERTS}?silence={}#silence", alert.id),
        }
    }

    /// Whether somebody can take it or silence it.
    pub(super) fn is_open(&self) -> bool {
        !self.id.is_empty()
    }
}

/// A rule of which nothing is wrong shows the day of all its subjects.
fn is_of(change: &ChangeRow, alert: &Alert) -> bool {
    if alert.id.is_empty() { change.rule == alert.rule.as_str() } else { change.alert_id == alert.id }
}

/// Where it is not known how things stand, nothing is fine.
fn stamp(state: State, is_known: bool) -> ((&'static str, &'static str), &'static str) {
    match state {
        State::Firing => (("refuted", "Firing"), "bad"),
        State::Pending => (("contested", "Pending"), "waiting"),
        State::Silenced => (("open", "Silenced"), ""),
        State::Fine if is_known => (("supported", "Fine"), ""),
        State::Fine => (("open", "Not known"), ""),
    }
}

fn said(alert: &Alert) -> String {
    let words = match &alert.measure {
        Some(measure) => shown(&measure.said),
        None if alert.subject.is_empty() => alert.rule.about().to_owned(),
        None => format!("{}: {}", shown(&alert.subject), alert.rule.about()),
    };
    match alert.state() {
        State::Pending => {
            format!("{words}; must last {} before it fires", crate::alerts::model::lasting(alert.rule.hold()))
        }
        _ => words,
    }
}

fn since(alert: &Alert, state: State, now: Timestamp) -> (Option<Time>, (String, Option<Time>)) {
    let time = |at: Timestamp| Time::new(at, now);
    match state {
        State::Silenced => {
            let silence = alert.silence.as_ref();
            let since = alert.firing_since.or(silence.map(|silence| silence.at));
            (since.map(time), ("until".to_owned(), silence.map(|silence| time(silence.until))))
        }
        State::Firing => {
            let age = alert.firing_since.map(|at| waited(at, now)).unwrap_or_default();
            (alert.firing_since.map(time), (age, None))
        }
        State::Pending => (alert.pending_since.map(time), ("fires".to_owned(), alert.fires_at().map(time))),
        State::Fine => match alert.resolved_at {
            Some(at) => (Some(time(at)), (format!("over for {}", waited(at, now)), None)),
            None => (None, ("never fired".to_owned(), None)),
        },
    }
}

fn strip_words(strip: &[Piece]) -> String {
    let fired = strip.iter().filter(|piece| piece.class == "firing").count();
    match fired {
        0 => "It did not fire in the last 24 hours".to_owned(),
        1 => "It fired once in the last 24 hours".to_owned(),
        count => format!("It fired {count} times in the last 24 hours"),
    }
}
