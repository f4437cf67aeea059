//! What is asked of the fleet, and what comes of it. Pure.

use crate::foundation::money::NanoDollars;
use crate::foundation::{ProjectKey, Timestamp};

/// What stands in the place of a name that no call gave, so that sums add up.
pub const NONE: &str = "(none)";

/// Rows of a ranking; what comes after them is one row more.
pub const MOST_RANKED: usize = 20;

/// By what sums are told apart.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Dimension {
    Agent,
    Persona,
    Tenant,
    /// The workflow whose run a call is part of.
    Workflow,
    Model,
    /// A day of UTC.
    Day,
}

impl Dimension {
    /// All of them, in the order of a [`Key`].
    pub const ALL: [Self; 6] =
        [Self::Agent, Self::Persona, Self::Tenant, Self::Workflow, Self::Model, Self::Day];

    /// As a column of a file and in an address.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Agent => "agent",
            Self::Persona => "persona",
            Self::Tenant => "tenant",
            Self::Workflow => "workflow",
            Self::Model => "model",
            Self::Day => "day",
        }
    }
}

/// Whose calls alone are looked at.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub enum Named {
    #[default]
    Anybody,
    /// Those that name nobody.
    Nobody,
    Is(String),
}

impl Named {
    /// As an address says it: nothing, [`NONE`], or a name.
    pub fn read(text: &str) -> Self {
        match text {
            "" => Self::Anybody,
            NONE => Self::Nobody,
            name => Self::Is(name.to_owned()),
        }
    }
}

/// What is asked.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Question {
    pub project: ProjectKey,
    /// From this moment on.
    pub from: Timestamp,
    /// Up to but without this one.
    pub to: Timestamp,
    pub agent: Named,
    pub persona: Named,
    pub tenant: Named,
    pub workflow: Named,
}

impl Question {
    /// Everything of a project in a time.
    pub fn of(project: ProjectKey, from: Timestamp, to: Timestamp) -> Self {
        let (agent, persona) = (Named::Anybody, Named::Anybody);
        let (tenant, workflow) = (Named::Anybody, Named::Anybody);
        Self { project, from, to, agent, persona, tenant, workflow }
    }

    /// The same of the time before, which is as long.
    #[must_use]
    pub fn before(&self) -> Self {
        let long = self.to.micros_since(self.from);
        Self { from: self.from.plus_micros(-long), to: self.from, ..self.clone() }
    }
}

/// What a group of sums is of; only what it was asked to be told apart by is there.
#[derive(Clone, Debug, Default, PartialEq, Eq, PartialOrd, Ord)]
pub struct Key {
    pub agent: Option<String>,
    pub persona: Option<String>,
    pub tenant: Option<String>,
    pub workflow: Option<String>,
    pub model: Option<String>,
    /// Days since 1970-01-01.
    pub day: Option<i64>,
}

impl Key {
    /// With these dimensions and no other.
    #[must_use]
    pub fn only(&self, by: &[Dimension]) -> Self {
        let text = |dimension: Dimension| {
            self.name(dimension).filter(|_| by.contains(&dimension)).map(str::to_owned)
        };
        Self {
            agent: text(Dimension::Agent),
            persona: text(Dimension::Persona),
            tenant: text(Dimension::Tenant),
            workflow: text(Dimension::Workflow),
            model: text(Dimension::Model),
            day: self.day.filter(|_| by.contains(&Dimension::Day)),
        }
    }

    /// The name in a dimension; a day has none.
    pub fn name(&self, dimension: Dimension) -> Option<&str> {
        match dimension {
            Dimension::Agent => self.agent.as_deref(),
            Dimension::Persona => self.persona.as_deref(),
            Dimension::Tenant => self.tenant.as_deref(),
            Dimension::Workflow => self.workflow.as_deref(),
            Dimension::Model => self.model.as_deref(),
            Dimension::Day => None,
        }
    }
}

/// What calls come to.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Sums {
    /// Generations that count.
    pub calls: i64,
    /// Those of them that failed.
    pub errors: i64,
    /// Tokens of everything that counts, cached ones among them.
    pub input: i64,
    /// The same of what came back, reasoning among them.
    pub output: i64,
    /// Of how many the tokens are known.
    pub tokened: i64,
    /// Of everything that counts and has a price.
    pub cost_nanos: i64,
    /// Calls without a cost.
    pub unpriced: i64,
    /// Calls whose trace belongs to a session.
    pub in_session: i64,
}

impl Sums {
    /// Puts others to these.
    pub fn add(&mut self, other: &Self) {
        let Self { calls, errors, input, output, tokened, cost_nanos, unpriced, in_session } = other;
        for (sum, more) in [
            (&mut self.calls, calls),
            (&mut self.errors, errors),
            (&mut self.input, input),
            (&mut self.output, output),
            (&mut self.tokened, tokened),
            (&mut self.cost_nanos, cost_nanos),
            (&mut self.unpriced, unpriced),
            (&mut self.in_session, in_session),
        ] {
            *sum = sum.saturating_add(*more);
        }
    }

    /// Tokens in and out; none where nobody counted any.
    pub fn tokens(&self) -> Option<i64> {
        (self.tokened > 0).then(|| self.input.saturating_add(self.output))
    }

    /// The cost; none where nothing has one.
    pub fn cost(&self) -> Option<NanoDollars> {
        let is_known = self.cost_nanos != 0 || self.calls > self.unpriced;
        is_known.then_some(NanoDollars(self.cost_nanos))
    }

    /// Whether there is nothing that anybody would count.
    pub fn is_nothing(&self) -> bool {
        self.calls == 0 && self.tokened == 0 && self.cost_nanos == 0
    }
}

/// Some of the sums.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Group {
    pub key: Key,
    pub sums: Sums,
}

/// Groups by what they spent.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Ranked {
    /// Those with a name, the dearest first.
    pub rows: Vec<Group>,
    /// How many more have a name, and what they come to.
    pub more: Option<(usize, Sums)>,
    /// What names nobody.
    pub none: Option<Sums>,
}

impl Ranked {
    /// Brings groups of one dimension into order; all of them are in one of the three parts.
    pub fn of(groups: Vec<Group>, dimension: Dimension) -> Self {
        let (mut rows, nameless): (Vec<Group>, Vec<Group>) =
            groups.into_iter().partition(|group| group.key.name(dimension).is_some());
        rows.sort_by(|a, b| {
            let of = |group: &Group| (group.sums.cost_nanos, group.sums.calls);
            of(b).cmp(&of(a)).then_with(|| a.key.cmp(&b.key))
        });
        let rest = rows.split_off(rows.len().min(MOST_RANKED));
        Self { rows, more: sum(&rest).map(|sums| (rest.len(), sums)), none: sum(&nameless) }
    }
}

/// What groups come to together; none where there are none.
fn sum(groups: &[Group]) -> Option<Sums> {
    (!groups.is_empty()).then(|| total(groups))
}

/// What groups come to together.
pub fn total(groups: &[Group]) -> Sums {
    groups.iter().fold(Sums::default(), |mut all, group| {
        all.add(&group.sums);
        all
    })
}

/// So many tenths of a per cent; none of nothing. All and none are told only where it is all or none.
pub fn per_mille(part: i64, whole: i64) -> Option<i64> {
    if whole <= 0 {
        return None;
    }
    let share = i128::from(part) * 1000 / i128::from(whole);
    let share = i64::try_from(share).unwrap_or(1000).clamp(0, 1000);
    Some(match (part, share) {
        (1.., 0) => 1,
        (part, 1000) if part < whole => 999,
        (_, share) => share,
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn of(agent: Option<&str>, cost_nanos: i64) -> Group {
        let key = Key { agent: agent.map(str::to_owned), ..Key::default() };
        Group { key, sums: Sums { calls: 1, cost_nanos, ..Sums::default() } }
    }

    #[test]
    fn a_ranking_leaves_nothing_out() {
        let names: Vec<String> = (0..25).map(|n| format!("agent-{n:02}")).collect();
        let mut groups: Vec<Group> = (0..).zip(&names).map(|(cost, name)| of(Some(name), cost)).collect();
        groups.push(of(None, 1_000));
        let whole = total(&groups);
        let ranked = Ranked::of(groups, Dimension::Agent);
        assert_eq!(ranked.rows.len(), MOST_RANKED);
        assert_eq!(ranked.rows[0].key.agent.as_deref(), Some("agent-24"));
        let (count, more) = ranked.more.unwrap();
        assert_eq!((count, more.cost_nanos), (5, 10));
        let mut all = total(&ranked.rows);
        all.add(&more);
        all.add(&ranked.none.unwrap());
        assert_eq!(all, whole);
        assert_eq!(Ranked::of(Vec::new(), Dimension::Agent), Ranked::default());
    }

    #[test]
    fn what_nobody_counted_is_unknown_and_not_zero() {
        let bare = Sums { calls: 2, unpriced: 2, ..Sums::default() };
        assert_eq!((bare.tokens(), bare.cost()), (None, None));
        let free = Sums { unpriced: 1, tokened: 2, ..bare };
        assert_eq!((free.tokens(), free.cost()), (Some(0), Some(NanoDollars(0))));
    }

    #[test]
    fn a_share_is_all_or_none_only_where_it_is() {
        for (part, whole, share) in [
            (0, 0, None),
            (0, 7, Some(0)),
            (7, 7, Some(1000)),
            (1, 100_000, Some(1)),
            (99_999, 100_000, Some(999)),
            (1, 3, Some(333)),
        ] {
            assert_eq!(per_mille(part, whole), share, "{part} of {whole}");
        }
    }

    #[test]
    fn the_time_before_is_as_long_and_ends_where_this_one_begins() {
        let asked = Question::of(ProjectKey(1), Timestamp(100), Timestamp(130));
        let before = asked.before();
        assert_eq!((before.from, before.to), (Timestamp(70), Timestamp(100)));
        assert_eq!([Named::read(""), Named::read(NONE)], [Named::Anybody, Named::Nobody]);
    }
}
