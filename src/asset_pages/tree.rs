//! The tree of assets as rows: what stands above and beside the asset that is looked at, and all of it where that is little.

use std::collections::{BTreeMap, BTreeSet};

use crate::assets::decide::Parents;
use crate::assets::reads::{AssetRow, holds};
use crate::db::AnyConnection;
use crate::foundation::{Asker, Result, Timestamp};
use crate::work_orders::by_asset::reads::{Open, counts};
use crate::work_orders::reads::own_of;

/// Rows up to which the whole tree is shown; more of one level, or more that fit, are left out and counted.
const WHOLE: usize = 300;

/// One asset in the tree.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct TreeRow {
    pub code: String,
    pub name: String,
    /// From 1 for those that are a part of nothing.
    pub level: usize,
    pub letter: &'static str,
    pub letter_words: &'static str,
    /// The class of the letter's mark.
    pub tone: &'static str,
    /// Orders to do, of those that the viewer may see, and how many of them are late.
    pub open: i64,
    pub late: i64,
    pub is_retired: bool,
    /// Whether it is the one that is looked at.
    pub is_here: bool,
    /// How many assets below it are not shown.
    pub hidden: usize,
    /// How many more rows stand at this place, which is no asset itself; 0 of an asset.
    pub more: usize,
}

/// All assets of a project, with what is open on each.
pub struct Forest {
    pub rows: Vec<AssetRow>,
    pub parents: Parents,
    counts: BTreeMap<String, Open>,
}

impl Forest {
    /// Reads it for somebody.
    pub fn read(conn: &mut AnyConnection, who: &Asker, now: Timestamp) -> Result<Self> {
        let rows = crate::assets::reads::all(conn, who.project)?;
        let parents = rows.iter().map(|row| (row.asset_id.clone(), row.parent.clone())).collect();
        let counts = counts(conn, who.project, own_of(who).as_deref(), now)?;
        Ok(Self { rows, parents: Parents(parents), counts })
    }

    /// The rows around an asset; without one, from the top.
    pub fn around(&self, here: Option<&str>) -> Vec<TreeRow> {
        let opened: BTreeSet<String> =
            here.map(|id| self.parents.line(id)).unwrap_or_default().into_iter().collect();
        let children = self.children();
        let (mut shown, mut next) = (Vec::new(), Vec::new());
        let top = children.get("").map(Vec::as_slice).unwrap_or_default();
        put(&mut next, top, 1, &opened);
        while let Some((next_row, level)) = next.pop() {
            let row = match next_row {
                Next::Asset(row) => row,
                Next::More(more) => {
                    shown.push(TreeRow { level, more, ..TreeRow::default() });
                    continue;
                }
            };
            let below = children.get(row.asset_id.as_str()).map(Vec::as_slice).unwrap_or_default();
            let is_open = self.rows.len() <= WHOLE || opened.contains(&row.asset_id);
            let hidden = if is_open { 0 } else { below.len() };
            shown.push(TreeRow { level, hidden, ..self.row(row, here) });
            if is_open {
                put(&mut next, below, level + 1, &opened);
            }
        }
        shown
    }

    /// The rows that hold some words, each by itself.
    pub fn found(&self, words: &str) -> Vec<TreeRow> {
        let fits: Vec<&AssetRow> = self.rows.iter().filter(|row| holds(row, words)).collect();
        let more = fits.len().saturating_sub(WHOLE);
        let rows = fits.into_iter().take(WHOLE).map(|row| self.row(row, None));
        rows.chain((more > 0).then(|| TreeRow { level: 1, more, ..TreeRow::default() })).collect()
    }

    /// The asset and what it is a part of, from the top down.
    pub fn line(&self, asset: &str) -> Vec<&AssetRow> {
        let ids = self.parents.line(asset);
        ids.iter().rev().filter_map(|id| self.rows.iter().find(|row| row.asset_id == *id)).collect()
    }

    /// The codes, as orders are looked for by, of an asset and everything below it.
    pub fn keys_below(&self, asset: &str) -> Vec<String> {
        let below = self.parents.below(asset);
        let rows = self.rows.iter().filter(|row| below.contains(&row.asset_id));
        rows.map(|row| row.code_key.clone()).collect()
    }

    /// By the id of what they are a part of; empty for those at the top.
    fn children(&self) -> BTreeMap<&str, Vec<&AssetRow>> {
        let mut children: BTreeMap<&str, Vec<&AssetRow>> = BTreeMap::new();
        for row in &self.rows {
            children.entry(row.parent.as_deref().unwrap_or_default()).or_default().push(row);
        }
        children
    }

    fn row(&self, row: &AssetRow, here: Option<&str>) -> TreeRow {
        let Open { open, late } = self.counts.get(&row.code_key).copied().unwrap_or_default();
        let criticality = row.criticality();
        TreeRow {
            code: row.code.clone(),
            name: row.name.clone(),
            level: 1,
            letter: criticality.as_str(),
            letter_words: criticality.words(),
            tone: criticality.tone(),
            open,
            late,
            is_retired: row.retired_at.is_some(),
            is_here: here == Some(row.asset_id.as_str()),
            hidden: 0,
            more: 0,
        }
    }
}

/// What is shown next: an asset, or how many are left out.
enum Next<'r> {
    Asset(&'r AssetRow),
    More(usize),
}

/// Puts one level before what waits: no more than a page holds, and what is opened among them in any case.
fn put<'r>(
    next: &mut Vec<(Next<'r>, usize)>,
    rows: &[&'r AssetRow],
    level: usize,
    opened: &BTreeSet<String>,
) {
    let kept = rows.iter().enumerate().filter(|(at, row)| *at < WHOLE || opened.contains(&row.asset_id));
    let kept: Vec<&'r AssetRow> = kept.map(|(_, row)| *row).collect();
    if kept.len() < rows.len() {
        next.push((Next::More(rows.len() - kept.len()), level));
    }
    next.extend(kept.into_iter().rev().map(|row| (Next::Asset(row), level)));
}
