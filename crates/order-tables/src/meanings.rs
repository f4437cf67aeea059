//! What a column is for, told by its name.

use std::slice;

use crate::names::{bare, columns, is_column, is_same};
use crate::table::{Speech, Table};

/// What a table is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Shape {
    /// One order; a row is something to do.
    Checklist,
    /// A row is an order.
    Orders,
}

/// What a column is for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Meaning {
    Step,
    Item,
    /// Whether it was done, says the file.
    Done,
    Required,
    /// How an item is answered.
    Asks,
    /// What one chooses from.
    Options,
    Unit,
    Least,
    Most,
    Expected,
    Notes,
    Title,
    Number,
    Status,
    Priority,
    Due,
    Asset,
    Kind,
    Assignee,
    Created,
    Description,
    /// Kept with its name.
    Field,
    /// Not taken.
    Nothing,
}

use Meaning::{
    Asks, Asset, Assignee, Created, Description, Done, Due, Expected, Field, Item, Kind, Least, Most, Notes,
    Nothing, Number, Options, Priority, Required, Status, Step, Title, Unit,
};

impl Shape {
    /// Both.
    pub const ALL: [Self; 2] = [Self::Checklist, Self::Orders];

    /// The word stored and posted.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Checklist => "checklist",
            Self::Orders => "orders",
        }
    }

    /// Reads the word back.
    pub fn read(word: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|it| it.as_str() == word)
    }

    /// The words shown to people.
    pub fn label(self) -> &'static str {
        match self {
            Self::Checklist => "One checklist: a row is an item",
            Self::Orders => "A list of orders: a row is an order",
        }
    }

    /// What a column of such a table may be for.
    pub fn meanings(self) -> &'static [Meaning] {
        match self {
            Self::Checklist => &[
                Item, Step, Done, Required, Asks, Options, Unit, Least, Most, Expected, Assignee, Notes,
                Nothing,
            ],
            Self::Orders => &[
                Title,
                Number,
                Status,
                Priority,
                Due,
                Asset,
                Kind,
                Assignee,
                Created,
                Description,
                Field,
                Nothing,
            ],
        }
    }
}

/// Every meaning with its word and what people are shown.
const TABLE: &[(Meaning, &str, &str)] = &[
    (Item, "item", "Item"),
    (Step, "step", "Step"),
    (Done, "done", "Done, says the file"),
    (Required, "required", "Required"),
    (Asks, "asks", "How it is answered"),
    (Options, "options", "Words to choose from"),
    (Unit, "unit", "Unit"),
    (Least, "least", "Lowest that is all right"),
    (Most, "most", "Highest that is all right"),
    (Expected, "expected", "Expected"),
    (Notes, "notes", "Note below it"),
    (Title, "title", "Title"),
    (Number, "number", "Number"),
    (Status, "status", "Status, says the file"),
    (Priority, "priority", "Priority"),
    (Due, "due", "Due"),
    (Asset, "asset", "Asset"),
    (Kind, "kind", "Type of order"),
    (Assignee, "assignee", "Assigned to, says the file"),
    (Created, "created", "Created, says the file"),
    (Description, "description", "Description"),
    (Field, "field", "Field, kept with its name"),
    (Nothing, "nothing", "Not taken"),
];

impl Meaning {
    fn row(self) -> Option<&'static (Meaning, &'static str, &'static str)> {
        TABLE.iter().find(|(meaning, ..)| *meaning == self)
    }

    /// The word stored and posted.
    pub fn as_str(self) -> &'static str {
        self.row().map_or("", |(_, word, _)| word)
    }

    /// Reads the word back.
    pub fn read(word: &str) -> Option<Self> {
        TABLE.iter().find(|(_, it, ..)| *it == word).map(|(meaning, ..)| *meaning)
    }

    /// The words shown to people.
    pub fn label(self) -> &'static str {
        self.row().map_or("", |(_, _, label)| label)
    }

    /// The lists of names that columns with this meaning have, the best first.
    fn lists(self) -> &'static [&'static str] {
        match self {
            Item => &["piece", "item", "title", "called", "words"],
            Title => &["title", "issue", "called"],
            Number => &["workorder", "number"],
            _ => self.row().map_or(&[], |(_, word, _)| slice::from_ref(word)),
        }
    }

    /// How good a name is for this meaning, 0 the best; none where it is no name of it.
    fn rank(self, name: &str) -> Option<usize> {
        self.lists().iter().flat_map(|list| columns(list)).position(|known| is_same(known, name))
    }

    pub(crate) fn is_named(self, name: &str) -> bool {
        self.lists().iter().any(|list| is_column(list, name))
    }
}

/// Whether any column is called so.
pub(crate) fn is_known(name: &str) -> bool {
    let name = bare(name);
    TABLE.iter().any(|(meaning, ..)| meaning.is_named(&name))
}

/// What each column is for; a meaning is given once, but for notes and fields. Numbers are neither items nor titles where
/// words stand elsewhere, and a column in which no row says anything has neither items nor steps nor titles.
pub(crate) fn of(table: &Table, shape: Shape) -> Vec<Meaning> {
    let names: Vec<String> = table.header.iter().map(|name| bare(name)).collect();
    let mut given: Vec<Option<Meaning>> = vec![None; names.len()];
    for meaning in order_of(shape).iter().copied() {
        let at = best(table, &names, &given, meaning);
        give(&mut given, at, meaning);
    }
    let (words, rest) = if shape == Shape::Checklist { (Item, Notes) } else { (Title, Field) };
    if !given.contains(&Some(words)) {
        let at = other_words(table, &names, &given, shape)
            .or_else(|| other_than_words(table, &names, &given, words));
        give(&mut given, at.or((words == Item).then_some(0)), words);
    }
    let rest = |at: usize, name: &str| match shape {
        Shape::Checklist if is_count(table, at, name) => Nothing,
        _ => rest,
    };
    let named = given.into_iter().zip(&names).enumerate();
    named.map(|(at, (meaning, name))| meaning.unwrap_or_else(|| rest(at, name))).collect()
}

/// Whether a column only says which row it is; codes name it, and are kept.
fn is_count(table: &Table, at: usize, name: &str) -> bool {
    let is_number = table.speech_of(at).is_none_or(|speech| speech == Speech::Numbers);
    let is_named = name.is_empty() || is_column("count", name);
    is_named && is_number || (Item.is_named(name) || Step.is_named(name)) && table.counts_rows(at)
}

fn give(given: &mut [Option<Meaning>], at: Option<usize>, meaning: Meaning) {
    if let Some(place) = at.and_then(|at| given.get_mut(at)) {
        *place = Some(meaning);
    }
}

/// The free column that has the best name for a meaning; of items and titles the best that has words, then the best that has codes.
fn best(table: &Table, names: &[String], given: &[Option<Meaning>], meaning: Meaning) -> Option<usize> {
    let fits = |at: usize| match meaning {
        Item | Title => table.speech_of(at).filter(|speech| *speech != Speech::Numbers),
        Step => table.speech_of(at).filter(|_| !table.counts_rows(at)).map(|_| Speech::Words),
        _ => Some(Speech::Words),
    };
    let free = names.iter().enumerate().filter(|(at, _)| given.get(*at) == Some(&None));
    free.filter_map(|(at, name)| Some((meaning.rank(name)?, at)))
        .filter_map(|(rank, at)| Some((fits(at)?, rank, at)))
        .min()
        .map(|(.., at)| at)
}

/// Words where no column is named for them: of a checklist the free column that says the most, of orders what describes them or
/// is to be done.
fn other_words(table: &Table, names: &[String], given: &[Option<Meaning>], shape: Shape) -> Option<usize> {
    if shape == Shape::Orders {
        let described = given.iter().position(|it| *it == Some(Description));
        return described.or_else(|| best(table, names, given, Item));
    }
    let free = given.iter().enumerate().filter(|(_, meaning)| meaning.is_none());
    let said = free.map(|(at, _)| (table.words_in(at), at)).filter(|(words, _)| *words > 0);
    said.max_by_key(|(words, at)| (*words, usize::MAX - at)).map(|(_, at)| at)
}

/// Where nothing has words: the column that is named for them, and of a checklist any, codes before numbers.
fn other_than_words(
    table: &Table,
    names: &[String],
    given: &[Option<Meaning>],
    words: Meaning,
) -> Option<usize> {
    let free = names.iter().enumerate().filter(|(at, _)| given.get(*at) == Some(&None));
    let ranked = free.filter_map(|(at, name)| {
        let rank = words.rank(name).or((words == Item).then_some(usize::MAX))?;
        Some((rank, table.speech_of(at)?, at))
    });
    ranked.min().map(|(.., at)| at)
}

/// Which meaning takes a name first where several know it.
fn order_of(shape: Shape) -> &'static [Meaning] {
    match shape {
        Shape::Checklist => {
            &[Item, Step, Done, Required, Unit, Least, Most, Expected, Asks, Options, Assignee]
        }
        Shape::Orders => &[Title, Number, Status, Priority, Due, Asset, Kind, Assignee, Created, Description],
    }
}
