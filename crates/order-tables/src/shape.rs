//! What a table is, told by the names of its columns and by what they hold.

use crate::meanings::Meaning::{
    Asset, Assignee, Created, Description, Done, Due, Kind, Number, Priority, Status,
};
use crate::meanings::{Meaning, Shape};
use crate::names::{bare, is_column};
use crate::table::Table;

/// What a table lists that names nothing to do.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Register {
    Assets,
    Parts,
    Meters,
}

impl Register {
    /// The words shown to people.
    pub(crate) fn label(self) -> &'static str {
        match self {
            Self::Assets => "assets",
            Self::Parts => "parts",
            Self::Meters => "meters",
        }
    }
}

/// What a table is.
pub(crate) fn of(table: &Table) -> Shape {
    if Names::of(table).are_of_orders(table) { Shape::Orders } else { Shape::Checklist }
}

/// What a table lists, where it lists things and names nothing to do with them.
pub(crate) fn register(table: &Table) -> Option<Register> {
    let names = Names::of(table);
    let answers = names.0.iter().any(|name| Done.is_named(name) && !Status.is_named(name));
    if names.any("item") || answers {
        return None;
    }
    let [things, stock, meters] = ["thing", "stock", "meter"].map(|list| names.count(list));
    if meters > 0 {
        return Some(Register::Meters);
    }
    (things + stock >= 2).then_some(if stock > things { Register::Parts } else { Register::Assets })
}

/// The names of the columns as they are compared.
struct Names(Vec<String>);

impl Names {
    fn of(table: &Table) -> Self {
        Self(table.header.iter().map(|name| bare(name)).collect())
    }

    fn has(&self, meaning: Meaning) -> bool {
        self.0.iter().any(|name| meaning.is_named(name))
    }

    fn any(&self, list: &str) -> bool {
        self.count(list) > 0
    }

    fn count(&self, list: &str) -> usize {
        self.0.iter().filter(|name| is_column(list, name)).count()
    }

    fn how_many(&self, meanings: &[Meaning]) -> usize {
        meanings.iter().filter(|meaning| self.has(**meaning)).count()
    }

    /// A list of orders says of each what is said of orders: two at least of state, priority, day and asset. A column that is
    /// named for the numbers of work orders needs no title beside it; a column of tasks makes a list a checklist otherwise.
    fn are_of_orders(&self, table: &Table) -> bool {
        let said = self.how_many(&[Status, Priority, Due, Asset, Created]);
        let names_tasks = self.any("item") || self.any("piece");
        (self.any("title") && said >= 2)
            || (said >= 2 && !names_tasks && self.are_of_faults(table))
            || (self.are_numbered(table) && self.are_told_of(said))
            || (!names_tasks && self.are_urgent(said))
    }

    /// Whether most rows name a fault; where few do, it is a remark to what is looked at.
    fn are_of_faults(&self, table: &Table) -> bool {
        let at = self.0.iter().position(|name| is_column("issue", name));
        at.is_some_and(|at| table.said(at).count() * 2 >= table.rows.len())
    }

    /// Whether a column has the numbers of work orders. Several rows of one order are its tasks, and a number behind a task is
    /// what that task belongs to.
    fn are_numbered(&self, table: &Table) -> bool {
        let place =
            |lists: &[&str]| self.0.iter().position(|name| lists.iter().any(|list| is_column(list, name)));
        match (place(&["workorder"]), place(&["item", "piece"])) {
            (Some(number), Some(task)) => {
                number < task
                    && table.said(number).count() == table.rows.len()
                    && table.is_never_said_twice(number)
            }
            (number, _) => number.is_some(),
        }
    }

    /// Whether rows with the numbers of orders say more of them: a word for each and one thing, or two.
    fn are_told_of(&self, said: usize) -> bool {
        let has_words =
            ["title", "issue", "called"].iter().any(|list| self.any(list)) || self.has(Description);
        has_words && said >= 1 || said + self.how_many(&[Kind, Assignee]) >= 2
    }

    /// Rows that only have a number of some kind are orders where they say how urgent they are and when or how far. A list of
    /// things has their names or descriptions, so beside these the asset must be named too.
    fn are_urgent(&self, said: usize) -> bool {
        let is_urgent = self.has(Number) && self.has(Priority) && (self.has(Status) || self.has(Due));
        let has_words = self.has(Meaning::Item);
        is_urgent && (!has_words || said >= 3 && self.has(Asset))
    }
}
