//! Everything the first page shows, read at one moment.

mod asked;
mod came_back;
mod first_steps;
mod review;
mod spend;
mod theirs;
mod waits;
mod work;
mod written;

pub(super) use asked::Asked;
pub(super) use first_steps::FirstSteps;
pub(super) use review::Review;
pub(super) use spend::Spend;
pub(super) use waits::Desk;
pub(super) use work::{Coming, MyOrder};
pub(super) use written::Written;

use std::collections::HashSet;

use crate::alerts::strip::{FiringStrip, firing_strip};
use crate::db::AnyConnection;
use crate::foundation::{Action, Asker, Grant, Result, Timestamp};
use crate::knowledge::reads::{self as knowledge, FoundAtom};
use crate::order_settings::policies;
use crate::people::reads as people;
use crate::traces::reads::{self as traces, TraceRow};
use crate::work_orders::gathered::reads::{self as gathered, PutTo};
use crate::work_orders::team::{self, Gap};

/// Lines in each list.
const LINES: usize = 6;

/// The first page's content. A part is there when it is the reader's to see.
pub(super) struct Home {
    /// How far the project is from its first proof; for whoever manages it.
    pub(super) first_steps: Option<FirstSteps>,
    /// People who may not sign after too many wrong attempts; for whoever manages people.
    pub(super) may_not_sign: Vec<String>,
    /// What nobody here can do with any order; for whoever manages people.
    pub(super) gaps: Vec<Gap>,
    /// Orders given to the reader and still to do.
    pub(super) work: Vec<MyOrder>,
    /// How many there are; those above are the first of them.
    pub(super) work_count: i64,
    /// What comes after that, for whoever does work.
    pub(super) coming: Vec<Coming>,
    /// Whether work is given to such a reader at all.
    pub(super) does_work: bool,
    /// What the reader wrote and does not do.
    pub(super) written: Written,
    /// For whoever plans and approves.
    pub(super) desk: Option<Desk>,
    /// For whoever judges.
    pub(super) review: Option<Review>,
    /// What models cost, for whoever sees figures; none where no call came.
    pub(super) spend: Option<Spend>,
    pub(super) traces: Vec<TraceRow>,
    /// Those of them of which nobody said how many tokens they took.
    pub(super) lack_usage: HashSet<String>,
    pub(super) atoms: Vec<FoundAtom>,
    /// The reader's timer that runs.
    pub(super) timer: Option<RunningTimer>,
    /// What was put to the reader.
    pub(super) put_to: Vec<PutTo>,
    /// What is asked about orders that the reader may answer.
    pub(super) asked: Vec<Asked>,
    /// Alerts that fire; for whoever does more than the work given to them.
    pub(super) firing: FiringStrip,
}

/// A timer that runs, with its order.
pub(super) struct RunningTimer {
    pub(super) number: String,
    pub(super) title: String,
    pub(super) since: Timestamp,
}

/// Reads the page of one reader.
pub(super) fn home(conn: &mut AnyConnection, who: &Asker, now: Timestamp) -> Result<Home> {
    let may = |action| who.may(action) == Grant::Any;
    let manages = may(Action::ManagePeople);
    let newest = traces::newest(conn, who.project, 6)?;
    let timer = gathered::running(conn, who)?.map(|(timer, order)| RunningTimer {
        number: order.number,
        title: order.title,
        since: timer.since,
    });
    let does_work = who.may(Action::Run) > Grant::Never && !may(Action::Approve);
    Ok(Home {
        first_steps: manages.then(|| first_steps::read(conn, who, now)).transpose()?,
        may_not_sign: if manages { people::may_not_sign(conn, who.project)? } else { Vec::new() },
        gaps: if manages { gaps(conn, who)? } else { Vec::new() },
        work: work::read(conn, who, timer.as_ref().map(|timer| timer.number.as_str()), now)?,
        work_count: work::count(conn, who)?,
        coming: if does_work { work::coming(conn, who)? } else { Vec::new() },
        does_work,
        written: written::read(conn, who, now)?,
        desk: may(Action::Approve).then(|| waits::read(conn, who, now)).transpose()?,
        review: may(Action::Judge).then(|| review::read(conn, who)).transpose()?,
        spend: if may(Action::ViewFigures) { spend::read(conn, who, now)? } else { None },
        lack_usage: traces::without_usage(conn, who.project, &newest)?,
        traces: newest,
        atoms: newest_atoms(conn, who)?,
        timer,
        put_to: gathered::put_to(conn, who, LINES)?,
        asked: asked::read(conn, who, LINES)?,
        firing: if does_work { FiringStrip::default() } else { firing_strip(conn, who.project, now)? },
    })
}

/// What the people of the project cannot do between them under the rules of any of its types, each once.
fn gaps(conn: &mut AnyConnection, who: &Asker) -> Result<Vec<Gap>> {
    let team = team::of(conn, who.project)?;
    let mut gaps: Vec<Gap> = Vec::new();
    for (_, policy) in policies::reads::all(conn, who.project)? {
        for gap in team.gaps(policy) {
            if !gaps.contains(&gap) {
                gaps.push(gap);
            }
        }
    }
    Ok(gaps)
}

fn newest_atoms(conn: &mut AnyConnection, who: &Asker) -> Result<Vec<FoundAtom>> {
    let atoms = knowledge::newest(conn, who.project, i64::try_from(LINES).unwrap_or(i64::MAX))?;
    knowledge::shown_to(conn, who, atoms)
}
