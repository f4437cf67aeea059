//! What fires now in short, for the first page of the fleet and for everybody's own.

use super::model::{Alert, Severity};
use super::reads::board;
use crate::db::AnyConnection;
use crate::foundation::{ProjectKey, Result, Timestamp};
use crate::web::format::{Time, shown, waited};

/// Alerts that a strip shows; of more it says how many there are.
const MOST: usize = 5;

/// One alert that fires.
#[derive(Clone, Debug)]
pub struct FiringAlert {
    pub rule: &'static str,
    /// `critical`
    pub severity: &'static str,
    /// A plain sentence.
    pub said: String,
    pub since: Time,
    /// `28 min`
    pub age: String,
    /// The page of alerts, where it stands.
    pub href: String,
}

/// Those that fire and are not silenced, the most severe first; and how many more there are.
#[derive(Clone, Debug, Default)]
pub struct FiringStrip {
    pub alerts: Vec<FiringAlert>,
    pub more: usize,
}

impl FiringAlert {
    fn of(alert: &Alert, now: Timestamp) -> Option<Self> {
        let since = alert.firing_since?;
        let said = alert.measure.as_ref().map_or(alert.subject.as_str(), |measure| measure.said.as_str());
        Some(Self {
            rule: alert.rule.as_str(),
            severity: alert.rule.severity().as_str(),
            said: shown(said),
            since: Time::new(since, now),
            age: waited(since, now),
            href: format!("/fleet/alerts#alert-{}", alert.id),
        })
    }

    /// Whether somebody should look at once.
    pub fn is_critical(&self) -> bool {
        self.severity == Severity::Critical.as_str()
    }
}

/// Reads them; one count where none fires.
pub fn firing_strip(conn: &mut AnyConnection, project: ProjectKey, now: Timestamp) -> Result<FiringStrip> {
    if super::reads::firing(conn, project)? == 0 {
        return Ok(FiringStrip::default());
    }
    let board = board(conn, project, now)?;
    let all: Vec<FiringAlert> = board.firing().filter_map(|alert| FiringAlert::of(alert, now)).collect();
    let more = all.len().saturating_sub(MOST);
    Ok(FiringStrip { alerts: all.into_iter().take(MOST).collect(), more })
}
