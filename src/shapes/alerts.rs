//! Alerts as JSON. Values are whole numbers in the unit that stands beside them.

use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use super::moment;
use crate::alerts::model::{Alert, State};
use crate::alerts::reads::Board;
use crate::foundation::Timestamp;

/// An alert and how it stands.
#[derive(Clone, Debug, Serialize, ToSchema)]
pub struct AlertView {
    /// None where nothing is wrong with the rule: then there is nothing to acknowledge or to silence.
    pub id: Option<String>,
    /// Its name, such as `TokenBudgetExceeded`.
    pub rule: String,
    /// `critical`, `warning` or `info`.
    pub severity: String,
    /// Whom or what it is about; empty for all together.
    pub subject: String,
    /// `firing`, `pending`, `silenced` or `fine`.
    pub state: String,
    /// What was measured last; none where nothing is known.
    pub value: Option<i64>,
    /// Where the rule begins to be broken, in the same unit.
    pub threshold: i64,
    /// `tokens`, `nano_dollars`, `per_mille`, `thousandths_per_second` or `microseconds`.
    pub unit: Option<String>,
    /// What that means, as a plain sentence.
    pub said: Option<String>,
    #[schema(format = DateTime)]
    pub firing_since: Option<String>,
    #[schema(format = DateTime)]
    pub pending_since: Option<String>,
    /// When it fires, unless its rule stops to be broken before.
    #[schema(format = DateTime)]
    pub fires_at: Option<String>,
    /// When it was over the last time.
    #[schema(format = DateTime)]
    pub resolved_at: Option<String>,
    /// The name of whoever acknowledged it.
    pub acknowledged_by: Option<String>,
    #[schema(format = DateTime)]
    pub acknowledged_at: Option<String>,
    #[schema(format = DateTime)]
    pub silenced_until: Option<String>,
    /// The name of whoever silenced it.
    pub silenced_by: Option<String>,
    pub silence_reason: Option<String>,
    /// The page of what to do about it, as an address below the server's own.
    pub runbook: String,
}

/// All seven rules.
#[derive(Clone, Debug, Serialize, ToSchema)]
pub struct AlertList {
    /// Firing, pending, silenced, fine; at least one for each rule.
    pub data: Vec<AlertView>,
    /// When the rules were looked at last.
    #[schema(format = DateTime)]
    pub checked_at: Option<String>,
    /// Whether that is too long ago, so that nothing is known to be fine.
    pub is_late: bool,
    /// Whether the project is not looked at, because no trace came for seven days and nothing was wrong.
    pub is_asleep: bool,
}

impl From<&Board> for AlertList {
    fn from(board: &Board) -> Self {
        Self {
            data: board.alerts.iter().map(AlertView::from).collect(),
            checked_at: board.checked_at.map(moment),
            is_late: board.is_late,
            is_asleep: board.is_asleep,
        }
    }
}

impl From<&Alert> for AlertView {
    fn from(alert: &Alert) -> Self {
        let measure = alert.measure.as_ref();
        let (taken, silence) = (alert.taken.as_ref(), alert.silence.as_ref());
        let is_open = alert.state() != State::Fine;
        let written = |at: Option<Timestamp>| at.map(moment);
        Self {
            id: is_open.then(|| alert.id.clone()),
            rule: alert.rule.as_str().to_owned(),
            severity: alert.rule.severity().as_str().to_owned(),
            subject: alert.subject.clone(),
            state: alert.state().as_str().to_owned(),
            value: measure.map(|one| one.value),
            threshold: alert.rule.threshold(),
            unit: measure.map(|one| one.unit.as_str().to_owned()),
            said: measure.map(|one| one.said.clone()),
            firing_since: written(alert.firing_since),
            pending_since: written(alert.pending_since),
            fires_at: written(alert.fires_at()),
            resolved_at: written(alert.resolved_at),
            acknowledged_by: taken.map(|taken| taken.name.clone()),
            acknowledged_at: written(taken.map(|taken| taken.at)),
            silenced_until: written(silence.map(|silence| silence.until)),
            silenced_by: silence.map(|silence| silence.name.clone()),
            silence_reason: silence.map(|silence| silence.reason.clone()),
            runbook: format!("/fleet/alerts/runbook#{}", alert.rule.anchor()),
        }
    }
}

/// An alert to silence.
#[derive(Clone, Debug, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct NewSilence {
    /// When it ends, in the next thirty days; there is none for ever.
    #[schema(format = DateTime)]
    pub until: String,
    /// Why.
    #[schema(min_length = 1, max_length = 500)]
    pub reason: String,
}

/// Nothing more needs to be said.
#[derive(Clone, Debug, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct Acknowledging {}
