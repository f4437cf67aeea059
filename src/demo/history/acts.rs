//! What people and agents do in the story, as its tables say it.

use crate::audit::model::MissingReason;
use crate::demo::cast::Who;
use crate::demo::days::At;
use crate::work_orders::model::{HoldCode, Outcome, Priority};

use super::paper::Paper;

/// An order and what becomes of it.
pub(super) struct Tale {
    /// What the tables call it; its number is given as it is written.
    pub(super) key: &'static str,
    /// In the order of time.
    pub(super) acts: &'static [(At, Act)],
}

/// One act. Whoever does it stands first.
pub(super) enum Act {
    /// Brings it in as a file.
    Write(Who, &'static Paper),
    /// Makes it from a version of a procedure.
    Make(Who, &'static str, u32),
    Submit(Who),
    SendBack(Who, &'static str),
    /// Gives it to somebody and approves it.
    Approve(Who, Who),
    /// Approves it and gives it to nobody.
    ApproveOnly(Who),
    Give(Who, Who),
    ReadSafety(Who),
    /// Places: `1.2`, `2` for a step without items, `C1`.
    Tick(Who, &'static [&'static str]),
    /// Place, answer and a note.
    Answer(Who, &'static str, &'static str, &'static str),
    Skip(Who, &'static str, &'static str),
    Undo(Who, &'static str, &'static str),
    Hold(Who, HoldCode, &'static str),
    Resume(Who),
    Log(Who, &'static str, &'static [&'static str]),
    /// A comment; `{dana}` speaks to her.
    Say(Who, &'static str),
    /// Minutes of that day.
    Time(Who, u32, &'static str),
    /// What, how many, of what unit, cents of one, from where.
    Part(Who, &'static str, &'static str, &'static str, i64, &'static str),
    /// A file at a place, with its name and its description; see [`super::files`].
    File(Who, &'static str, &'static str, &'static str),
    /// Opens a draft for what a place left, under a key of its own.
    FollowUp(Who, &'static str, Next),
    /// Moves a step to a draft of its own.
    Split(Who, &'static str, Next),
    /// The other has to end first.
    BlockedBy(Who, &'static str),
    Complete(Who, Outcome, &'static str),
    Return(Who, &'static str),
    Verify(Who),
    /// Of a type that need not be verified, also without.
    Close(Who),
    Reopen(Who, &'static str),
    Cancel(Who, &'static str),
    /// Places, and what is found at each.
    Judge(Who, &'static [(&'static str, Finds)]),
}

/// An order that comes out of another one.
pub(super) struct Next {
    pub(super) key: &'static str,
    pub(super) title: &'static str,
    pub(super) priority: Priority,
    /// Working days from today.
    pub(super) due: i32,
    /// What is to be done, or why the step goes.
    pub(super) why: &'static str,
}

/// What somebody finds who judges.
pub(super) enum Finds {
    /// The call and its words.
    Right(&'static str, &'static str),
    /// The call, its words, and what is wrong.
    Wrong(&'static str, &'static str, &'static str),
    Unclear(MissingReason, &'static str),
}
