//! Numbers in blocks: what is dealt out of those that a process holds, and how a block is accounted for in the end. Pure.
//!
//! A number is dealt at most once, in order, and only while its block is young: whatever is not used then is given back as
//! unused. So every number from 1 to the last of the last block is a call or is named as unused, and there is no gap.

use std::collections::{BTreeMap, VecDeque};

use serde::{Deserialize, Serialize};

use crate::foundation::Timestamp;

use super::model::State;

/// Numbers of a block.
pub const SIZE: i64 = 100;
/// With so few numbers left the next block is reserved.
pub const LOW: i64 = 50;
/// How long numbers of a block are dealt, in microseconds.
pub const YOUNG_MICROS: i64 = 600_000_000;
/// A block that nobody closed for so long is that of a process that ended elsewhere, in microseconds.
pub const ABANDONED_MICROS: i64 = 2 * 3_600_000_000;

/// Numbers that one process holds.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Block {
    pub first: i64,
    pub last: i64,
    /// The next to be dealt.
    pub next: i64,
    /// How many were dealt to calls that could not be written down and were not sent.
    pub given_back: i64,
    pub reserved_at: Timestamp,
}

impl Block {
    /// None of it is dealt yet.
    pub fn new(first: i64, last: i64, reserved_at: Timestamp) -> Self {
        Self { first, last, next: first, given_back: 0, reserved_at }
    }

    /// Calls that have taken a number of it.
    pub fn calls(&self) -> i64 {
        self.next - self.first - self.given_back
    }

    fn left(&self) -> i64 {
        (self.last - self.next + 1).max(0)
    }

    fn is_young(&self, now: Timestamp) -> bool {
        (0..YOUNG_MICROS).contains(&now.micros_since(self.reserved_at))
    }
}

/// The blocks of one project in one process.
#[derive(Clone, Debug, Default)]
pub struct Deal {
    open: VecDeque<Block>,
    done: Vec<Block>,
}

impl Deal {
    /// Takes in a block that was reserved.
    pub fn put(&mut self, block: Block) {
        self.open.push_back(block);
    }

    /// The next number; none when another block is needed.
    pub fn take(&mut self, now: Timestamp) -> Option<i64> {
        self.retire(now);
        let block = self.open.front_mut()?;
        let number = block.next;
        block.next += 1;
        Some(number)
    }

    /// Numbers that can still be dealt.
    pub fn left(&self, now: Timestamp) -> i64 {
        self.open.iter().filter(|block| block.is_young(now)).map(Block::left).sum()
    }

    /// Blocks of which no number will be dealt any more; each is given until it is dropped by [`Deal::closed`].
    pub fn retired(&mut self, now: Timestamp) -> Vec<Block> {
        self.retire(now);
        self.done.clone()
    }

    /// A number was dealt and no call has it after all; it is not dealt again.
    pub fn give_back(&mut self, number: i64) {
        let all = self.open.iter_mut().chain(&mut self.done);
        for block in all.filter(|block| (block.first..block.next).contains(&number)) {
            block.given_back += 1;
        }
    }

    /// Whether it knows of a block.
    pub fn holds(&self, first: i64) -> bool {
        self.open.iter().chain(&self.done).any(|block| block.first == first)
    }

    /// A retired block is accounted for.
    pub fn closed(&mut self, first: i64) {
        self.done.retain(|block| block.first != first);
    }

    fn retire(&mut self, now: Timestamp) {
        let (open, done): (Vec<Block>, Vec<Block>) =
            self.open.drain(..).partition(|block| block.left() > 0 && block.is_young(now));
        self.open = open.into();
        self.done.extend(done);
    }
}

/// Numbers from one to another, both of them.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Span {
    pub first: i64,
    pub last: i64,
}

/// What became of the numbers of a block.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Account {
    pub answered: i64,
    pub failed: i64,
    pub cut: i64,
    /// Calls whose process ended: whether they were answered is not known. They were not sent again.
    pub unknown: Vec<i64>,
    /// Numbers that no call took.
    pub unused: Vec<Span>,
}

/// Accounts for the numbers from `first` to `last`; none while a call is under way.
pub fn account(first: i64, last: i64, calls: &BTreeMap<i64, State>) -> Option<Account> {
    let mut account = Account::default();
    for number in first..=last {
        match calls.get(&number) {
            Some(State::Begun) => return None,
            Some(State::Answered) => account.answered += 1,
            Some(State::Failed) => account.failed += 1,
            Some(State::Cut) => account.cut += 1,
            Some(State::Unknown) => account.unknown.push(number),
            None => match account.unused.last_mut() {
                Some(span) if span.last == number - 1 => span.last = number,
                _ => account.unused.push(Span { first: number, last: number }),
            },
        }
    }
    Some(account)
}

impl Account {
    /// Numbers that no call took.
    pub fn unused_count(&self) -> i64 {
        self.unused.iter().map(|span| span.last - span.first + 1).sum()
    }

    /// All numbers that it speaks of.
    pub fn count(&self) -> i64 {
        let unknown = i64::try_from(self.unknown.len()).unwrap_or(i64::MAX);
        self.answered + self.failed + self.cut + unknown + self.unused_count()
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    const START: Timestamp = Timestamp(1_000_000_000);

    #[test]
    fn numbers_are_dealt_in_order_and_not_from_an_old_block() {
        let mut deal = Deal::default();
        assert_eq!(deal.take(START), None);
        deal.put(Block::new(1, 2, START));
        deal.put(Block::new(3, 5, START.plus_micros(10)));
        let dealt: Vec<_> = (0..4).map(|_| deal.take(START.plus_micros(20))).collect();
        assert_eq!(dealt, [Some(1), Some(2), Some(3), Some(4)]);
        assert_eq!(deal.left(START.plus_micros(20)), 1);
        let late = START.plus_micros(YOUNG_MICROS + 10);
        assert_eq!(deal.take(late), None);
        let retired: Vec<(i64, i64)> = deal.retired(late).iter().map(|it| (it.first, it.next)).collect();
        assert_eq!(retired, [(1, 3), (3, 5)]);
        deal.closed(1);
        assert_eq!(deal.retired(late).len(), 1);
    }

    #[test]
    fn a_number_that_no_call_took_after_all_is_not_waited_for() {
        let mut deal = Deal::default();
        deal.put(Block::new(1, 3, START));
        assert_eq!((deal.take(START), deal.take(START)), (Some(1), Some(2)));
        deal.give_back(2);
        assert_eq!(deal.take(START), Some(3), "it is not dealt again");
        assert!(deal.holds(1) && !deal.holds(4));
        let retired = deal.retired(START);
        assert_eq!((retired.len(), retired[0].calls()), (1, 2));
    }

    #[test]
    fn a_clock_set_back_deals_nothing_twice() {
        let mut deal = Deal::default();
        deal.put(Block::new(1, 9, START));
        assert_eq!(deal.take(START), Some(1));
        assert_eq!(deal.take(START.plus_micros(-1)), None);
        assert_eq!(deal.take(START), None);
    }

    #[test]
    fn a_block_is_open_while_a_call_is_under_way() {
        let calls = BTreeMap::from([(1, State::Answered), (3, State::Begun)]);
        assert_eq!(account(1, 4, &calls), None);
        let calls = BTreeMap::from([(1, State::Answered), (3, State::Unknown)]);
        let told = account(1, 6, &calls).unwrap();
        assert_eq!(told.unknown, [3]);
        assert_eq!(told.unused, [Span { first: 2, last: 2 }, Span { first: 4, last: 6 }]);
        assert_eq!((told.count(), told.unused_count()), (6, 4));
    }

    proptest! {
        #[test]
        fn no_number_is_dealt_twice_and_none_is_left_out(
            sizes in prop::collection::vec(1_i64..9, 1..6),
            steps in prop::collection::vec((0_i64..YOUNG_MICROS, 0_usize..6), 0..12),
        ) {
            let (mut deal, mut next, mut now) = (Deal::default(), 1, START);
            let (mut dealt, mut sizes) = (Vec::new(), sizes.into_iter());
            for (wait, count) in steps {
                now = now.plus_micros(wait);
                if let Some(size) = sizes.next() {
                    deal.put(Block::new(next, next + size - 1, now));
                    next += size;
                }
                dealt.extend((0..count).filter_map(|_| deal.take(now)));
            }
            prop_assert!(dealt.windows(2).all(|pair| pair[0] < pair[1]), "{:?}", dealt);
            let calls: BTreeMap<i64, State> = dealt.iter().map(|number| (*number, State::Answered)).collect();
            let mut told = 0;
            for block in deal.retired(now.plus_micros(2 * YOUNG_MICROS)) {
                let account = account(block.first, block.last, &calls).unwrap();
                prop_assert_eq!(account.count(), block.last - block.first + 1);
                let of_block = dealt.iter().filter(|it| (block.first..=block.last).contains(*it)).count();
                prop_assert_eq!(account.answered, i64::try_from(of_block).unwrap());
                told += account.count();
            }
            prop_assert_eq!(told, next - 1);
        }
    }
}
