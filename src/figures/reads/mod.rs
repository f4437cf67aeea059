//! What figures count: every figure is asked about rows ([`rows`]), and everything said of it is made from them.

pub mod beside;
pub mod listed;
pub mod measured;
pub mod rows;

use crate::assets::decide::Parents;
use crate::assets::reads as assets;
use crate::db::AnyConnection;
use crate::foundation::{Error, ProjectKey, Result, Timestamp};
use crate::people::units::unit_of;

use super::period::Period;

/// Assets below one that a figure is narrowed to.
const MOST_ASSETS: usize = 2_000;

/// What a figure is asked about.
#[derive(Clone, Debug)]
pub struct Question {
    pub project: ProjectKey,
    /// The first moment of the period, and its last one.
    pub start: Timestamp,
    pub as_of: Timestamp,
    pub now: Timestamp,
    pub narrowed: Narrowed,
}

/// Which orders alone are counted; what is none narrows nothing.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Narrowed {
    /// The type as written.
    pub order_type: Option<String>,
    /// Tags of assets in small letters.
    pub assets: Option<Vec<String>>,
    /// Accounts; the empty one is nobody.
    pub assignees: Option<Vec<String>>,
}

impl Narrowed {
    /// Whether everything is counted.
    pub fn is_all(&self) -> bool {
        *self == Self::default()
    }
}

impl Question {
    /// The question about a period of a project.
    pub fn about(project: ProjectKey, period: &Period, narrowed: Narrowed) -> Self {
        Self { project, start: period.start, as_of: period.as_of, now: period.now, narrowed }
    }
}

/// The tags of an asset and of everything below it; a code that no asset of the project has stands for itself, as orders may name what
/// nobody registered.
pub fn with_below(conn: &mut AnyConnection, project: ProjectKey, code: &str) -> Result<Vec<String>> {
    let Some(asset) = assets::find(conn, project, code)? else {
        return Ok(vec![crate::assets::model::key_of(code)]);
    };
    let rows = assets::all(conn, project)?;
    let parents = Parents(rows.iter().map(|row| (row.asset_id.clone(), row.parent.clone())).collect());
    let below = parents.below(&asset.asset_id);
    let keys: Vec<String> =
        rows.into_iter().filter(|row| below.contains(&row.asset_id)).map(|row| row.code_key).collect();
    if keys.len() > MOST_ASSETS {
        let message = format!("more than {MOST_ASSETS} assets stand below it; choose one further down");
        return Err(Error::invalid("asset", message));
    }
    Ok(keys)
}

/// An account, or everybody who counts as one with it.
pub fn accounts(conn: &mut AnyConnection, account: &str, with_unit: bool) -> Result<Vec<String>> {
    if !with_unit {
        return Ok(vec![account.to_owned()]);
    }
    Ok(unit_of(conn, account)?.accounts().map(str::to_owned).collect())
}
