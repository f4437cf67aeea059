//! How the desk does what comes again: its procedures, from their first drafts to the versions in use; and of today the next version
//! of one that waits for its review, a draft that an agent wrote, and an order made from one.

use crate::app::Services;
use crate::foundation::{Error, Result, Timestamp};
use crate::maintenance::procedures::actions::{approve, copy_order, create, draft, make_order, submit};
use crate::state::App;

use super::cast::{Cast, Who};
use super::days::{At, Days, at};

const REFUSED: &str = include_str!("refused.md");
const KEYS: &str = include_str!("keys.md");
const INDEX: &str = include_str!("index.md");
const INDEX_ANEW: &str = include_str!("index_anew.md");
const CERTIFICATE: &str = include_str!("certificate.md");
/// The order of the example whose plan went well.
const ORDER: &str = "WO-2026-014";

/// One thing that happens to a procedure.
#[derive(Clone, Copy)]
pub(super) struct Chapter {
    code: &'static str,
    who: Who,
    deed: Deed,
}

#[derive(Clone, Copy)]
enum Deed {
    /// Writes the first version.
    Begin(&'static str),
    Draft(&'static str),
    Submit(u32),
    /// From so many working days after today on; none for at once.
    Approve(u32, Option<i32>),
}

/// The procedures that are written already when today begins.
pub(super) struct Written {
    pub(super) weekly: String,
    pub(super) keys: String,
}

const fn chapter(ago: u16, hour: u8, code: &'static str, who: Who, deed: Deed) -> (At, Chapter) {
    (at(ago, hour, 40), Chapter { code, who, deed })
}

/// Three that are in use, of which one was replaced, and one that will be from next week on.
pub(super) const HISTORY: &[(At, Chapter)] = &[
    chapter(62, 9, "PR-001", Who::Dana, Deed::Begin(REFUSED)),
    chapter(62, 10, "PR-001", Who::Dana, Deed::Submit(1)),
    chapter(61, 8, "PR-001", Who::Sam, Deed::Approve(1, None)),
    chapter(60, 9, "PR-002", Who::Dana, Deed::Begin(KEYS)),
    chapter(60, 13, "PR-002", Who::Dana, Deed::Submit(1)),
    chapter(59, 8, "PR-002", Who::Sam, Deed::Approve(1, None)),
    chapter(57, 9, "PR-003", Who::Ivo, Deed::Begin(INDEX)),
    chapter(57, 11, "PR-003", Who::Ivo, Deed::Submit(1)),
    chapter(56, 8, "PR-003", Who::Lena, Deed::Approve(1, None)),
    chapter(25, 9, "PR-003", Who::Gauge, Deed::Draft(INDEX_ANEW)),
    chapter(24, 10, "PR-003", Who::Ivo, Deed::Submit(2)),
    chapter(22, 8, "PR-003", Who::Lena, Deed::Approve(2, None)),
    chapter(12, 9, "PR-004", Who::Dana, Deed::Begin(CERTIFICATE)),
    chapter(11, 15, "PR-004", Who::Dana, Deed::Submit(1)),
    chapter(9, 9, "PR-004", Who::Sam, Deed::Approve(1, Some(5))),
];

impl Chapter {
    pub(super) fn code(self) -> &'static str {
        self.code
    }

    /// Plays it; the id of the procedure.
    pub(super) async fn play(
        self,
        app: &App,
        cast: &Cast,
        days: Days,
        known: Option<String>,
    ) -> Result<String> {
        let asker = &cast.of(self.who).asker;
        let written = || known.ok_or_else(|| Error::internal(format!("nobody wrote {} yet", self.code)));
        let procedure = match self.deed {
            Deed::Begin(text) => return Ok(create::create(app, asker, String::new(), text).await?.procedure),
            _ => written()?,
        };
        match self.deed {
            Deed::Begin(_) => {}
            Deed::Draft(text) => drop(draft::draft(app, asker, &procedure, text).await?),
            Deed::Submit(version) => drop(submit::submit(app, asker, &procedure, version).await?),
            Deed::Approve(version, from) => {
                let from = from.and_then(|off| Timestamp::parse_leniently(&days.day(off)));
                approve::approve(app, asker, &procedure, version, from).await?;
            }
        }
        Ok(procedure)
    }
}

/// Writes the first two and puts them in use, for a day without the months before it.
pub(super) async fn begin(services: &Services, cast: &Cast) -> Result<Written> {
    let (app, dana, sam) = (&services.app, &cast.technician.asker, &cast.supervisor.asker);
    let weekly = create::create(app, dana, String::new(), REFUSED).await?.procedure;
    let keys = create::create(app, dana, String::new(), KEYS).await?.procedure;
    for procedure in [&weekly, &keys] {
        submit::submit(app, dana, procedure, 1).await?;
        approve::approve(app, sam, procedure, 1, None).await?;
    }
    Ok(Written { weekly, keys })
}

/// What becomes of them today.
pub(super) async fn play(services: &Services, cast: &Cast, written: &Written) -> Result<()> {
    let (app, dana, sam) = (&services.app, &cast.technician.asker, &cast.supervisor.asker);
    let wired = copy_order::copy_order(app, dana, ORDER).await?.procedure;
    submit::submit(app, dana, &wired, 1).await?;
    approve::approve(app, sam, &wired, 1, None).await?;
    make_order::make_order(app, sam, &written.weekly, 1).await?;

    let stricter = REFUSED.replace("\"most\":\"3\"", "\"most\":\"2\"").replace(
        "- [ ] What they have in common\n",
        "- [ ] What they have in common\n- [ ] The screen was kept where a refusal was wrong\n",
    );
    draft::draft(app, dana, &written.weekly, &stricter).await?;
    submit::submit(app, dana, &written.weekly, 2).await?;
    let safer = KEYS.replace(
        "- [ ] The old key is revoked\n",
        "- [ ] Nobody used the old key for a day\n- [ ] The old key is revoked\n",
    );
    draft::draft(app, &cast.agent.asker, &written.keys, &safer).await?;
    Ok(())
}
