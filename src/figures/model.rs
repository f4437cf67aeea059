//! The nine figures: what they are called, how they are computed, in words, and what they should be; pure.

/// One day, in microseconds.
pub const DAY: i64 = 86_400_000_000;
/// How long after its due day preventive work still counts as on time.
pub const GRACE: i64 = DAY;
/// How long an order must be closed with nothing after it to be right the first time.
pub const SETTLED: i64 = 30 * DAY;

/// One of them.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Figure {
    Late,
    /// Schedule compliance (SMRP 5.4.4).
    PlannedWeek,
    /// Preventive maintenance compliance (SMRP 5.4.14).
    Preventive,
    /// Cycle time (SMRP 5.4.6).
    ReportToClosed,
    /// Time to repair (SMRP 3.5.2), of what was logged.
    RepairTime,
    /// First-time fix.
    FirstTime,
    ClaimsTrue,
    TicksWithEvidence,
    DoneToVerified,
}

/// What a figure is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Shape {
    /// So many of so many, as they stand at one moment.
    Count,
    /// Per cent.
    Share,
    /// How long something took: the median, and the slowest tenth.
    Time,
}

/// What a figure should be.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Goal {
    /// At least so many per cent.
    Percent(i64),
    /// At most so many microseconds.
    Within(i64),
}

/// What the rows of a figure are.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Rows {
    Orders,
    Claims,
}

impl Figure {
    /// Every figure, in the order of the page.
    pub const ALL: [Self; 9] = [
        Self::Late,
        Self::PlannedWeek,
        Self::Preventive,
        Self::ReportToClosed,
        Self::RepairTime,
        Self::FirstTime,
        Self::ClaimsTrue,
        Self::TicksWithEvidence,
        Self::DoneToVerified,
    ];

    /// The word in an address.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Late => "late",
            Self::PlannedWeek => "planned-week",
            Self::Preventive => "preventive",
            Self::ReportToClosed => "report-to-closed",
            Self::RepairTime => "repair-time",
            Self::FirstTime => "first-time",
            Self::ClaimsTrue => "claims-true",
            Self::TicksWithEvidence => "ticks-with-evidence",
            Self::DoneToVerified => "done-to-verified",
        }
    }

    /// The figure that an address names.
    pub fn read(word: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|figure| figure.as_str() == word)
    }

    /// What people call it.
    pub fn title(self) -> &'static str {
        match self {
            Self::Late => "Late",
            Self::PlannedWeek => "Done in the planned week",
            Self::Preventive => "Preventive work on time",
            Self::ReportToClosed => "From report to closed",
            Self::RepairTime => "Repair time",
            Self::FirstTime => "Right the first time",
            Self::ClaimsTrue => "Claims found true",
            Self::TicksWithEvidence => "Ticks with evidence",
            Self::DoneToVerified => "From done to verified",
        }
    }

    /// How it is computed.
    pub fn formula(self) -> &'static str {
        match self {
            Self::Late => "open and past its due day ÷ open with a due day",
            Self::PlannedWeek => "completed in the week of its due day ÷ approved and due in that week",
            Self::Preventive => {
                "completed by the due day, 1 day grace ÷ preventive and inspection orders that were due"
            }
            Self::ReportToClosed => "closed − written or brought in, median and slowest tenth",
            Self::RepairTime => {
                "time on corrective orders, median and slowest tenth; timers and entries by hand, overlaps once"
            }
            Self::FirstTime => "closed, no follow-up within 30 days and never taken up again ÷ closed",
            Self::ClaimsTrue => "supported ÷ judged, newest verdict of each claim",
            Self::TicksWithEvidence => "ticked with a trace, photo or file at the item or its step ÷ ticked",
            Self::DoneToVerified => "verified − completed, median and slowest tenth",
        }
    }

    /// Which moment of a row puts it into a week.
    pub fn moment(self) -> &'static str {
        match self {
            Self::Late | Self::PlannedWeek | Self::Preventive => "due",
            Self::ReportToClosed => "closed",
            Self::RepairTime => "completed",
            Self::FirstTime => "30 days closed",
            Self::ClaimsTrue => "judged",
            Self::TicksWithEvidence => "ticked",
            Self::DoneToVerified => "verified",
        }
    }

    /// What the rows above the line are, and the others.
    pub fn sides(self) -> (&'static str, &'static str) {
        match self {
            Self::Late => ("late", "not late"),
            Self::PlannedWeek => ("done in its week", "not done in its week"),
            Self::Preventive => ("on time", "not on time"),
            Self::FirstTime => ("right the first time", "with something after it"),
            Self::ClaimsTrue => ("supported", "not supported"),
            Self::TicksWithEvidence => ("with evidence", "without evidence"),
            Self::ReportToClosed | Self::RepairTime | Self::DoneToVerified => ("counted", "not counted"),
        }
    }

    /// Why there is nothing to count.
    pub fn nothing(self) -> &'static str {
        match self {
            Self::Late => "No open order has a due day.",
            Self::PlannedWeek => "No approved order was due in this time.",
            Self::Preventive => "No preventive or inspection order was due in this time.",
            Self::ReportToClosed => "No order was closed in this time.",
            Self::RepairTime => "No corrective order with time on it was completed in this time.",
            Self::FirstTime => "Counts orders that are closed for 30 days. None came to be so in this time.",
            Self::ClaimsTrue => "No claim was judged in this time.",
            Self::TicksWithEvidence => "Nothing was ticked in this time.",
            Self::DoneToVerified => "No order was verified in this time.",
        }
    }

    /// What sort of figure it is.
    pub fn shape(self) -> Shape {
        match self {
            Self::Late => Shape::Count,
            Self::ReportToClosed | Self::RepairTime | Self::DoneToVerified => Shape::Time,
            _ => Shape::Share,
        }
    }

    /// What it should be, if anything was said.
    pub fn goal(self) -> Option<Goal> {
        match self {
            Self::PlannedWeek => Some(Goal::Percent(85)),
            Self::Preventive => Some(Goal::Percent(90)),
            Self::TicksWithEvidence => Some(Goal::Percent(80)),
            Self::DoneToVerified => Some(Goal::Within(2 * DAY)),
            _ => None,
        }
    }

    /// What its rows are.
    pub fn rows(self) -> Rows {
        match self {
            Self::ClaimsTrue | Self::TicksWithEvidence => Rows::Claims,
            _ => Rows::Orders,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_figure_has_an_address_of_its_own() {
        for figure in Figure::ALL {
            assert_eq!(Figure::read(figure.as_str()), Some(figure));
        }
        assert_eq!(Figure::read("Late"), None);
    }
}
