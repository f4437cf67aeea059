//! The kinds of notices: what each is called, how it is said, and how it is mailed where nobody chose. One table. Pure.

use super::model::Mail::{self, AtOnce, Digest};

/// What somebody is told of.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Kind {
    Given,
    Taken,
    Mentioned,
    /// A question, most often of an agent, that they may answer.
    Asked,
    WaitsForApproval,
    Approved,
    Returned,
    Rework,
    Cancelled,
    Held,
    Resumed,
    /// An item or a step failed, was flagged, or lies outside its limits.
    Trouble,
    Completed,
    Verified,
    Closed,
    Commented,
    Exception,
    Refuted,
    DueTomorrow,
    Late,
    VersionWaits,
    VersionApproved,
    VersionReturned,
    Meter,
    /// A schedule stopped, because nobody touched what it made.
    ScheduleStopped,
    /// A schedule could not make the order that is due.
    ScheduleHeldUp,
    /// A rule of the fleet is broken.
    AlertFires,
    /// It is not broken any more.
    AlertOver,
}

/// How a kind is stored, called and said. What is said is in pieces: `who` and `what` stand for whoever did it and for what it was
/// done to.
struct Line {
    stored: &'static str,
    label: &'static str,
    says: &'static [&'static str],
    mail: Mail,
}

const fn line(stored: &'static str, label: &'static str, says: &'static [&'static str], mail: Mail) -> Line {
    Line { stored, label, says, mail }
}

impl Kind {
    /// Every kind, in the order of the settings.
    pub const ALL: [Self; 28] = [
        Self::Given,
        Self::Taken,
        Self::Mentioned,
        Self::Asked,
        Self::WaitsForApproval,
        Self::Approved,
        Self::Returned,
        Self::Rework,
        Self::Cancelled,
        Self::Held,
        Self::Resumed,
        Self::Trouble,
        Self::Completed,
        Self::Verified,
        Self::Closed,
        Self::Commented,
        Self::Exception,
        Self::Refuted,
        Self::DueTomorrow,
        Self::Late,
        Self::VersionWaits,
        Self::VersionApproved,
        Self::VersionReturned,
        Self::Meter,
        Self::ScheduleStopped,
        Self::ScheduleHeldUp,
        Self::AlertFires,
        Self::AlertOver,
    ];

    #[rustfmt::skip]
    fn line(self) -> Line {
        match self {
            Self::Given => line("order.given", "Given to you", &["who", " gave you ", "what"], AtOnce),
            Self::Taken => line("order.taken", "Taken from you", &["who", " took ", "what", " from you"], Digest),
            Self::Mentioned => line("order.mentioned", "You are mentioned", &["who", " mentioned you on ", "what"], AtOnce),
            Self::Asked => line("order.asked", "A question for you", &["who", " asks something about ", "what"], AtOnce),
            Self::WaitsForApproval => line("order.waits_for_approval", "Waits for your approval", &["who", " submitted ", "what", " for approval"], Digest),
            Self::Approved => line("order.approved", "Approved", &["who", " approved ", "what"], Digest),
            Self::Returned => line("order.returned", "Plan returned", &["who", " returned the plan of ", "what"], AtOnce),
            Self::Rework => line("order.sent_back", "Sent back for rework", &["who", " sent ", "what", " back for rework"], AtOnce),
            Self::Cancelled => line("order.cancelled", "Cancelled", &["who", " cancelled ", "what"], Digest),
            Self::Held => line("order.held", "Put on hold", &["who", " put ", "what", " on hold"], Digest),
            Self::Resumed => line("order.resumed", "Resumed", &["who", " resumed ", "what"], Digest),
            Self::Trouble => line("order.trouble", "Failed, flagged or out of limits", &["who", " found something on ", "what"], Digest),
            Self::Completed => line("order.completed", "Completed, waits to be verified", &["who", " completed ", "what"], Digest),
            Self::Verified => line("order.verified", "Verified", &["who", " verified ", "what"], Digest),
            Self::Closed => line("order.closed", "Closed", &["who", " closed ", "what"], Digest),
            Self::Commented => line("order.commented", "New comment", &["who", " commented on ", "what"], Digest),
            Self::Exception => line("order.exception", "Exception opened", &["who", " opened an exception on ", "what"], Digest),
            Self::Refuted => line("order.refuted", "Claim refuted", &["who", " refuted a claim on ", "what"], Digest),
            Self::DueTomorrow => line("order.due_tomorrow", "Due tomorrow", &["what", " is due tomorrow"], Digest),
            Self::Late => line("order.late", "Late", &["what", " is late"], Digest),
            Self::VersionWaits => line("procedure.waits", "Version waits for your review", &["who", " submitted a version of ", "what"], Digest),
            Self::VersionApproved => line("procedure.approved", "Version approved", &["who", " approved a version of ", "what"], Digest),
            Self::VersionReturned => line("procedure.returned", "Version returned", &["who", " returned a version of ", "what"], AtOnce),
            Self::Meter => line("asset.meter", "Meter out of limits", &["who", " read a meter of ", "what", " outside its limits"], Digest),
            Self::ScheduleStopped => line("schedule.stopped", "Schedule stopped by itself", &["what", " stopped by itself"], Digest),
            Self::ScheduleHeldUp => line("schedule.held_up", "Scheduled order not made", &["what", " could not make its order"], Digest),
            Self::AlertFires => line("alert.fires", "Alert fires", &["what", " fires"], AtOnce),
            Self::AlertOver => line("alert.over", "Alert is over", &["what", " is over"], Digest),
        }
    }

    /// The word stored, in addresses, and as the type of a webhook's message.
    pub fn as_str(self) -> &'static str {
        self.line().stored
    }

    /// Reads it back.
    pub fn read(word: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|kind| kind.as_str() == word)
    }

    /// What it is called in settings, filters and subjects.
    pub fn label(self) -> &'static str {
        self.line().label
    }

    /// What it is called where it is told to no person in particular: `An order was given to somebody`.
    pub fn happening(self) -> &'static str {
        match self {
            Self::Given => "An order was given to somebody",
            Self::Taken => "An order was taken from somebody",
            Self::Mentioned => "Somebody was mentioned",
            Self::Asked => "Somebody was asked a question",
            Self::WaitsForApproval => "An order waits for approval",
            Self::VersionWaits => "A version of a procedure waits for review",
            other => other.label(),
        }
    }

    /// How it is mailed where nobody chose.
    pub fn usual_mail(self) -> Mail {
        self.line().mail
    }

    /// The notice as one sentence: `Sam Reyes gave you WO-2026-031`.
    pub fn sentence(self, who: &str, what: &str) -> String {
        let piece = |piece: &&'static str| match *piece {
            "who" => who.to_owned(),
            "what" => what.to_owned(),
            words => words.to_owned(),
        };
        self.line().says.iter().map(piece).collect()
    }

    /// Whether it is said to somebody by name, so that it comes of muted orders too.
    pub fn is_personal(self) -> bool {
        matches!(self, Self::Given | Self::Taken | Self::Mentioned | Self::Asked)
    }
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use super::*;

    #[test]
    fn every_kind_is_stored_and_called_by_a_name_of_its_own() {
        let stored: BTreeSet<&str> = Kind::ALL.into_iter().map(Kind::as_str).collect();
        let labels: BTreeSet<&str> = Kind::ALL.into_iter().map(Kind::label).collect();
        assert_eq!((stored.len(), labels.len()), (Kind::ALL.len(), Kind::ALL.len()));
        for kind in Kind::ALL {
            assert_eq!(Kind::read(kind.as_str()), Some(kind));
            assert!(kind.sentence("Ann", "WO-1").contains("WO-1"), "{kind:?}");
        }
        assert_eq!(Kind::read("order.unheard_of"), None);
    }

    #[test]
    fn a_name_is_never_taken_for_a_place_in_the_sentence() {
        assert_eq!(Kind::Taken.sentence("what", "who"), "what took who from you");
        assert_eq!(Kind::Late.sentence("Ann", "WO-2026-031"), "WO-2026-031 is late");
    }
}
