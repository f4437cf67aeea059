//! Adds a rule to those of a project, or takes one back. It holds for what comes in from now on, and a job looks at all
//! stored traces anew.

use crate::db::Tx;
use crate::db::locks::{every_turn, take_turns};
use crate::foundation::{Action, Asker, Error, Result};
use crate::recognition::events::{RulesSet, rules_of, rules_set};
use crate::recognition::reads;
use crate::state::App;
use crate::traces::recount;
use wire::mapping::own_rules::{OwnRule, ProjectRules};

/// Characters of a reason.
const LONGEST: usize = 1_000;

/// What is to change.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum RuleChange {
    /// It stands after those that are there.
    Add(OwnRule),
    TakeBack(OwnRule),
}

impl RuleChange {
    fn applied_to(self, ProjectRules(mut rules): ProjectRules) -> Result<ProjectRules> {
        match self {
            Self::Add(rule) => rules.push(rule),
            Self::TakeBack(rule) => {
                let before = rules.len();
                rules.retain(|there| *there != rule);
                if rules.len() == before {
                    return Err(Error::invalid("word", "this rule is not there any more"));
                }
            }
        }
        let rules = ProjectRules(rules);
        rules.check()?;
        Ok(rules)
    }
}

/// Changes the rules; gives those that hold now. The ledger keeps every set that was in force, with its reason.
pub async fn change_rules(
    app: &App,
    asker: &Asker,
    change: RuleChange,
    reason: &str,
) -> Result<ProjectRules> {
    asker.must(Action::SetPrivacy)?;
    let reason = reason.trim().to_owned();
    if reason.is_empty() {
        return Err(Error::invalid("reason", "say why, in a few words"));
    }
    if reason.chars().count() > LONGEST || reason.contains('\0') {
        return Err(Error::invalid("reason", format!("write at most {LONGEST} characters of text")));
    }
    let (ledger, project) = (app.ledger.clone(), asker.project);
    let write = move |tx: &mut Tx<'_>| {
        // Nobody changes them meanwhile, and no trace is on its way that was read with those before: the job might pass its place
        // before it is stored.
        take_turns(tx.conn, every_turn())?;
        let rules = change.applied_to(reads::in_force(tx.conn, project)?.rules)?;
        let set = RulesSet { rules, reason };
        ledger.append_next(tx, &rules_of(project), rules_set(&set)?)?;
        recount::again(tx, project)?;
        Ok(set.rules)
    };
    app.db.write(&asker.actor, write).await
}
