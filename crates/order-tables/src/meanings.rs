//! What a column is for, told by its name.

use order_markdown::read::words::field_of;

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

/// What columns are called: lines that begin with the word of a meaning.
const NAMES: &str = include_str!("names.txt");

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

    /// The names that columns with this meaning have, the best first.
    fn names(self) -> impl Iterator<Item = &'static str> {
        let lines = NAMES.lines().map(str::split_whitespace);
        let own = lines.filter_map(move |mut words| (words.next() == Some(self.as_str())).then_some(words));
        own.flatten()
    }

    fn is_named(self, name: &str) -> bool {
        self.names().any(|known| known == name)
    }
}

/// A name in letters and digits alone.
fn bare(name: &str) -> String {
    let name = name.split(['(', '（', '[']).next().unwrap_or_default();
    name.to_lowercase().chars().filter(|c| c.is_alphanumeric()).collect()
}

/// Whether any column is called so.
pub(crate) fn is_known(name: &str) -> bool {
    let name = bare(name);
    TABLE.iter().any(|(meaning, ..)| meaning.is_named(&name))
}

/// What a table with these columns is. A list of orders has a title and says of each at least two of state, priority, day and
/// asset; or it has a column that is named for the numbers of work orders.
pub(crate) fn shape_of(header: &[String]) -> Shape {
    let names: Vec<String> = header.iter().map(|name| bare(name)).collect();
    let has = |meaning: Meaning| names.iter().any(|name| meaning.is_named(name));
    let said = [Status, Priority, Due, Asset, Created].into_iter().filter(|meaning| has(*meaning)).count();
    let is_numbered = names.iter().any(|name| {
        field_of(name) == Some("number") && name != "number"
            || ["wonum", "woid", "workorderid", "工单号", "工单编号"].contains(&name.as_str())
    });
    let has_title = names.iter().any(|name| Title.is_named(name) && name != "name" && name != "subject");
    let is_list = (has_title && said >= 2) || (is_numbered && (has(Title) || has(Description)) && said >= 1);
    if is_list { Shape::Orders } else { Shape::Checklist }
}

/// What each column is for; a meaning is given once, but for notes and fields. A column in which no row says anything has neither
/// items nor steps nor titles.
pub(crate) fn of(header: &[String], said_in: &dyn Fn(usize) -> usize, shape: Shape) -> Vec<Meaning> {
    let names: Vec<String> = header.iter().map(|name| bare(name)).collect();
    let mut given: Vec<Option<Meaning>> = vec![None; names.len()];
    for meaning in order_of(shape).iter().copied() {
        // The name that comes first in the table of names is the best one.
        let rank = |name: &String| meaning.names().position(|known| known == name);
        let needs_words = matches!(meaning, Item | Step | Title);
        let free = names.iter().enumerate().filter(|(at, _)| given.get(*at) == Some(&None));
        let free = free.filter(|(at, _)| !(needs_words && said_in(*at) == 0));
        let best = free.filter_map(|(at, name)| Some((rank(name)?, at))).min();
        if let Some(place) = best.and_then(|(_, at)| given.get_mut(at)) {
            *place = Some(meaning);
        }
    }
    if shape == Shape::Checklist && !given.contains(&Some(Item)) {
        give_item(&mut given, said_in);
    }
    if shape == Shape::Orders && !given.contains(&Some(Title)) {
        let described = given.iter().position(|it| *it == Some(Description));
        if let Some(place) = described.and_then(|at| given.get_mut(at)) {
            *place = Some(Title);
        }
    }
    let rest = if shape == Shape::Checklist { Notes } else { Field };
    let counts = |name: &str| {
        [
            "",
            "no",
            "nr",
            "id",
            "number",
            "num",
            "sn",
            "序号",
            "番号",
            "번호",
            "номер",
            "numéro",
            "número",
            "numero",
        ]
        .contains(&name)
    };
    let named = given.into_iter().zip(&names);
    named
        .map(|(meaning, name)| {
            meaning.unwrap_or(if shape == Shape::Checklist && counts(name) { Nothing } else { rest })
        })
        .collect()
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

/// A checklist without a column for its items: the one that says the most will be it.
fn give_item(given: &mut [Option<Meaning>], said_in: &dyn Fn(usize) -> usize) {
    let free = given.iter().enumerate().filter(|(_, meaning)| meaning.is_none());
    let most = free.map(|(at, _)| at).max_by_key(|at| (said_in(*at), usize::MAX - at));
    if let Some(place) = most.or(Some(0)).and_then(|at| given.get_mut(at)) {
        *place = Some(Item);
    }
}
