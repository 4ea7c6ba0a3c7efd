//! What holds after any sequence of commands, and of good and bad luck with the backend.

use std::collections::BTreeMap;

use easymart_core::{Currency, Money};
use proptest::{collection::vec, prelude::*};

use super::{Applied, Cart, Change, Command, MAX_LINES, MAX_QUANTITY, Product, Refusal, RemoteCart, Sync, SyncState};

/// More products than a cart takes, so that the limit is met.
const PRODUCTS: u32 = 110;

fn product(number: u32, minor: i64) -> Product {
    Product {
        product_id: format!("p{number}"),
        handle: format!("chair-{number}"),
        // Every tenth product shares its SKU with its neighbour, and some have none.
        sku: match number % 10 {
            0 | 1 => format!("SKU-{}", number / 10),
            2 => String::new(),
            _ => format!("S{number}"),
        },
        title: format!("Chair {number}"),
        unit_price: Money::new(minor, Currency::AUD),
        image_url: String::new(),
        url: String::new(),
    }
}

/// Commands, lines named by their number because they do not exist yet.
fn command(products: u32) -> impl Strategy<Value = Command> {
    let line = (1..=products + 2).prop_map(|number| format!("line-{number}"));
    let price = prop_oneof![8 => 1..200_000_i64, 1 => i64::MAX / 100..i64::MAX];
    prop_oneof![
        6 => (0..products, price, 0..=MAX_QUANTITY + 2)
            .prop_map(|(number, minor, quantity)| Command::Add { product: product(number, minor), quantity }),
        3 => (line.clone(), 0..=MAX_QUANTITY + 2).prop_map(|(line_id, quantity)| Command::Set { line_id, quantity }),
        2 => line.prop_map(|line_id| Command::Remove { line_id }),
        1 => Just(Command::Clear),
        1 => Just(Command::BeginCheckout),
    ]
}

fn check_invariants(cart: &Cart) {
    let mut sum = 0_i64;
    for (index, line) in cart.lines().iter().enumerate() {
        assert!((1..=MAX_QUANTITY).contains(&line.quantity()));
        let total = line.product().unit_price.minor * i64::from(line.quantity());
        assert_eq!(line.total().minor, total);
        sum += total;
        let later = &cart.lines()[index + 1..];
        assert!(later.iter().all(|other| {
            other.line_id() != line.line_id() && other.product().product_id != line.product().product_id
        }));
    }
    assert!(cart.lines().len() <= MAX_LINES);
    assert_eq!(cart.subtotal().map_or(0, |money| money.minor), sum);
    assert_eq!(cart.subtotal().is_none(), cart.lines().is_empty());
}

fn check_step(before: &Cart, applied: &Applied) {
    let changed = applied.cart.version() != before.version();
    assert_eq!(changed, !applied.changes.is_empty());
    if changed {
        assert_eq!(applied.cart.version(), before.version() + 1);
        assert_ne!(applied.cart.lines(), before.lines());
    } else {
        assert_eq!(&applied.cart, before);
    }
    check_invariants(&applied.cart);
}

/// What the backend holds, and what it does to what it is told.
#[derive(Default)]
struct Backend(BTreeMap<String, u64>);

impl Backend {
    fn apply(&mut self, change: &Change) {
        match change {
            Change::Set { key, quantity } => {
                self.0.insert(key.clone(), u64::from(*quantity));
            }
            Change::Remove { key } => {
                self.0.remove(key);
            }
            Change::Clear => self.0.clear(),
        }
    }

    fn copy(&self) -> RemoteCart {
        self.0.clone().into_iter().collect()
    }
}

/// One attempt to tell the backend.
#[derive(Debug, Clone, Copy)]
enum Luck {
    Done,
    /// It was done, but the answer got lost.
    AnswerLost,
    NotDelivered,
    /// The shopper makes the next change while the backend is doing this one.
    Overtaken,
}

fn luck() -> impl Strategy<Value = Luck> {
    prop_oneof![Just(Luck::Done), Just(Luck::AnswerLost), Just(Luck::NotDelivered), Just(Luck::Overtaken)]
}

/// A cart, its outbox and its backend.
#[derive(Default)]
struct World {
    cart: Cart,
    sync: Sync,
    backend: Backend,
}

impl World {
    fn change(&mut self, command: Command) {
        if let Ok(applied) = self.cart.clone().apply(command, None) {
            let now = i64::try_from(applied.cart.version()).unwrap();
            self.sync.enqueue(&applied.cart, applied.changes, now, String::new);
            self.cart = applied.cart;
        }
    }

    fn attempt(&mut self, luck: Luck, next: Option<Command>) {
        let Some(entry) = self.sync.outbox.next().cloned() else {
            return next.into_iter().for_each(|command| self.change(command));
        };
        if !matches!(luck, Luck::NotDelivered) {
            self.backend.apply(&entry.change);
        }
        if matches!(luck, Luck::Overtaken) {
            next.into_iter().for_each(|command| self.change(command));
        }
        match luck {
            Luck::Done | Luck::Overtaken => self.sync.outbox.confirm(entry.sequence),
            Luck::AnswerLost | Luck::NotDelivered => self.sync.outbox.note_failure(entry.sequence, "lost".to_owned()),
        }
    }

    fn drain(&mut self) {
        while self.sync.outbox.next().is_some() {
            self.attempt(Luck::Done, None);
        }
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(256))]

    #[test]
    fn commands_keep_the_invariants(commands in vec(command(PRODUCTS), 0..300)) {
        let mut cart = Cart::default();
        for command in commands {
            match cart.clone().apply(command, None) {
                Ok(applied) => {
                    check_step(&cart, &applied);
                    cart = applied.cart;
                }
                Err(Refusal::TotalTooLarge | Refusal::QuantityOutOfRange { .. } | Refusal::CartFull
                    | Refusal::LineUnknown(_) | Refusal::CartEmpty) => {}
                Err(refusal) => prop_assert!(false, "unexpected: {refusal}"),
            }
        }
    }

    #[test]
    fn another_version_than_expected_changes_nothing(
        commands in vec(command(4), 0..20), last in command(4), off in 1..5_u64,
    ) {
        let mut cart = Cart::default();
        for command in commands {
            cart = cart.clone().apply(command, None).map_or(cart, |applied| applied.cart);
        }
        let version = cart.version();
        let refused = cart.clone().apply(last.clone(), Some(version + off));
        prop_assert_eq!(refused, Err(Refusal::VersionConflict { expected: version + off, actual: version }));
        prop_assert_eq!(cart.clone().apply(last.clone(), Some(version)), cart.apply(last, None));
    }

    #[test]
    fn a_line_key_is_never_used_again(commands in vec(command(4), 0..60)) {
        let (mut cart, mut gone) = (Cart::default(), Vec::new());
        for command in commands {
            let Ok(applied) = cart.clone().apply(command, None) else { continue };
            let now: Vec<_> = applied.cart.lines().iter().map(|line| line.line_id().to_owned()).collect();
            prop_assert!(gone.iter().all(|id| !now.contains(id)));
            let former = cart.lines().iter().map(|line| line.line_id().to_owned());
            gone.extend(former.filter(|id| !now.contains(id)));
            cart = applied.cart;
        }
    }

    #[test]
    fn whatever_gets_lost_the_backend_ends_with_our_cart(
        steps in vec((command(6), luck(), any::<bool>()), 0..80),
    ) {
        let mut world = World::default();
        for (command, luck, overtaken) in steps {
            let overtakes = overtaken && matches!(luck, Luck::Overtaken);
            let later = if overtakes { Some(command) } else { world.change(command); None };
            world.attempt(luck, later);
        }
        world.drain();
        let World { cart, sync, backend } = world;
        prop_assert!(sync.unexplained(&cart, &backend.copy()).is_empty());
        prop_assert_eq!(sync.status(&cart).state, SyncState::Synced);
    }

    #[test]
    fn what_others_did_to_the_backends_copy_is_mended_once_or_is_a_conflict(
        commands in vec(command(6), 0..20), foreign in vec((0..8_u32, 0..5_u64), 0..4), stubborn in any::<bool>(),
    ) {
        let mut world = World::default();
        commands.into_iter().for_each(|command| world.change(command));
        world.drain();
        for (number, quantity) in foreign {
            world.backend.0.insert(product(number, 1).remote_key().to_owned(), quantity);
        }
        let before = world.backend.copy();
        let differs = !world.sync.unexplained(&world.cart, &before).is_empty();
        world.sync.compare(&world.cart, &before, 1, String::new);
        world.drain();
        let after = if stubborn { before } else { world.backend.copy() };
        world.sync.compare(&world.cart, &after, 2, String::new);
        let expected = if differs && stubborn { SyncState::Conflict } else { SyncState::Synced };
        prop_assert_eq!(world.sync.status(&world.cart).state, expected);
    }
}

#[test]
fn a_full_line_says_what_is_in_the_cart_already() {
    let add = |quantity| Command::Add { product: product(5, 100), quantity };
    let cart = Cart::default().apply(add(98), None).unwrap().cart;
    let refusal = cart.apply(add(2), None).unwrap_err();
    assert_eq!(refusal.to_string(), "the cart has 98 of this product already; 2 more would exceed 99");
}

#[test]
fn a_cart_holds_so_many_products_and_no_more() {
    let mut cart = Cart::default();
    let add = |number| Command::Add { product: product(number, 100), quantity: 1 };
    for number in 0..100 {
        cart = cart.apply(add(number), None).unwrap().cart;
    }
    let full = cart.clone().apply(add(100), None);
    assert_eq!(full, Err(Refusal::CartFull));
    assert_eq!(cart.apply(add(0), None).unwrap().cart.lines()[0].quantity(), 2);
}

#[test]
fn a_line_shows_what_the_catalogue_said_last_and_keeps_its_key() {
    let add = |product| Command::Add { product, quantity: 1 };
    let first = product(5, 100);
    let second = Product { title: "Better chair".to_owned(), ..product(5, 250) };
    let cart = Cart::default().apply(add(first), None).unwrap().cart;
    let applied = cart.apply(add(second), None).unwrap();
    assert_eq!(applied.line_id.as_deref(), Some("line-1"));
    assert_eq!(applied.cart.subtotal().unwrap().minor, 500);
    assert_eq!(applied.cart.lines()[0].product().title, "Better chair");
    assert_eq!(applied.changes, [Change::Set { key: "S5".to_owned(), quantity: 2 }]);
}

#[test]
fn variants_of_a_product_have_lines_of_their_own() {
    let add = |product| Command::Add { product, quantity: 1 };
    let other = Product { sku: "S5-KING".to_owned(), ..product(5, 250) };
    let cart = Cart::default().apply(add(product(5, 100)), None).unwrap().cart;
    let cart = cart.apply(add(other), None).unwrap().cart;
    assert_eq!((cart.lines().len(), cart.subtotal().unwrap().minor), (2, 350));
    assert_eq!(cart.line_of("s5-king").unwrap().line_id(), "line-2");
    assert_eq!(cart.line_of("p5"), None, "which of them is not said");
}

#[test]
fn a_cart_has_one_currency() {
    let add = |product| Command::Add { product, quantity: 1 };
    let foreign = Product { unit_price: Money::new(100, "NZD".parse().unwrap()), ..product(6, 100) };
    let cart = Cart::default().apply(add(product(5, 100)), None).unwrap();
    let refused = cart.cart.apply(add(foreign), None);
    assert!(matches!(refused, Err(Refusal::CurrencyMismatch { .. })));
}

#[test]
fn a_cart_from_before_the_backend_is_sent_whole() {
    let add = |number| Command::Add { product: product(number, 100), quantity: 1 };
    let cart = Cart::default().apply(add(5), None).unwrap().cart;
    let mut sync = Sync::default();
    assert_eq!(sync.status(&cart).state, SyncState::Pending);
    let applied = cart.apply(add(6), None).unwrap();
    sync.enqueue(&applied.cart, applied.changes, 1, String::new);
    assert_eq!(sync.outbox.unsynced().count(), 2);
}
