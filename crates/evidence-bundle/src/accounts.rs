//! The score's table against the records: what it must say, and why a verdict is in none of its rows.

use std::collections::{BTreeMap, BTreeSet};
use std::fmt::Write as _;

use foundation::{Error, Result};
use trust_score::{View, csv};

use crate::files::{INPUTS, LEFT_OUT};
use crate::layout::Export;
use crate::record::{BODIES_ERASED, JUDGED, PINNED, Said};
use crate::refold::{Account, Record, account};

/// The records of a bundle by what they are for.
pub(crate) struct Sorted<'r, 'f> {
    acts: Vec<&'r Record<'f>>,
    audited: Vec<&'r Record<'f>>,
    policies: Vec<&'r Record<'f>>,
    erasures: Vec<&'r Record<'f>>,
    order_id: &'r str,
}

/// What the records come to.
pub(crate) struct Expected {
    pub(crate) policy: Vec<u8>,
    pub(crate) inputs: String,
    pub(crate) result: Vec<u8>,
    pub(crate) left_out: String,
    /// Verdicts in none of the rows.
    pub(crate) left_out_count: usize,
}

impl<'r, 'f> Sorted<'r, 'f> {
    pub(crate) fn of(records: &'r [Record<'f>], export: &'r Export) -> Self {
        let stream = |place: usize| {
            let head = export.heads.get(place);
            let is_of = |record: &&Record<'f>| {
                head.is_some_and(|head| {
                    head.subject == record.leaf.subject && head.project == record.leaf.project
                })
            };
            let mut found: Vec<&'r Record<'f>> = records.iter().filter(is_of).collect();
            found.sort_by_key(|record| record.version());
            found
        };
        let erasures = records.iter().filter(|record| record.leaf.kind == BODIES_ERASED);
        Self {
            acts: stream(0),
            audited: stream(1),
            policies: stream(2),
            erasures: erasures.collect(),
            order_id: &export.order_id,
        }
    }

    /// What the records come to in this view; which traces are not as they were logged stands in the table alone.
    pub(crate) fn expected(&self, table: &str, view: View) -> Result<Expected> {
        let failed = self.failed(table)?;
        let account =
            account(self.order_id, &self.acts, &self.audited, &self.policies, &self.erasures, &failed)?;
        let inputs = csv::inputs(&account.subject, view, &account.policy)?;
        let (left_out, left_out_count) = self.left_out(&account, &inputs, view)?;
        Ok(Expected {
            policy: account.policy.to_bytes()?,
            result: csv::result(&account.subject, view, &account.policy)?,
            inputs,
            left_out,
            left_out_count,
        })
    }

    /// The traces that rows of kind `integrity` name: each must be one that a record pins or a verdict rests on.
    fn failed(&self, table: &str) -> Result<BTreeSet<String>> {
        let mut known: BTreeMap<String, String> = BTreeMap::new();
        for trace in self.traces() {
            known.insert(csv::cell(&format!("trace {trace}")), trace);
        }
        let rows = table.lines().filter(|line| line.split(',').nth(3) == Some("integrity"));
        let named = rows.map(|line| {
            let cell = line.splitn(14, ',').nth(13).and_then(|rest| rest.strip_suffix(",,,integrity"));
            cell.and_then(|cell| known.get(cell)).cloned()
        });
        let named: Option<BTreeSet<String>> = named.collect();
        named.ok_or_else(|| bad(INPUTS, "it names a trace that no record pins"))
    }

    fn traces(&self) -> BTreeSet<String> {
        let mut traces = Account::traces(&self.audited);
        for record in self.audited.iter().filter(|record| record.leaf.kind == PINNED) {
            let said = record.body.and_then(|body| Said::read(PINNED, body).ok());
            traces.extend(said.into_iter().flat_map(|said| said.traces));
        }
        traces
    }

    fn left_out(&self, account: &Account, inputs: &str, view: View) -> Result<(String, usize)> {
        let rows: BTreeSet<&str> = inputs.lines().skip(1).filter_map(|line| line.split(',').nth(2)).collect();
        let (mut lines, mut count) = (String::new(), 0);
        for record in self.audited.iter().filter(|record| record.leaf.kind == JUDGED) {
            let index = record.index.to_string();
            if rows.contains(index.as_str()) {
                continue;
            }
            let why = account.left_out(record, &self.erasures, view);
            let (reason, by) =
                why.ok_or_else(|| bad(LEFT_OUT, format!("nothing says why record {index} does not count")))?;
            count += 1;
            let _ = writeln!(lines, "{index}\t{reason}\t{by}");
        }
        Ok((lines, count))
    }
}

fn bad(path: &str, why: impl std::fmt::Display) -> Error {
    Error::refused(format!("{path}: {why}"))
}
