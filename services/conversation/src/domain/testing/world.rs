//! The small shop's catalogue and cart.

use easymart_core::{Currency, Money, reason};

use super::product;
use crate::domain::{
    cart::{Cart, CartLine, SyncState},
    dialogue::Shop,
    product::{Availability, Product},
    search_state::SearchState,
    tool::{
        CartAction, CartChange, CartResult, CategoryInfo, CategoryResult, CheckoutResult, ComparisonResult,
        ComparisonRow, ContactResult, Facet, FacetValue, Found, HandoffResult, OrderStatusResult, PolicyResult,
        ProductResult, Relaxation, SearchResult, SimilarResult, Tool, ToolCall, ToolFailure, ToolResult,
    },
    understanding::SortOrder,
};

const PAGE_SIZE: u32 = 5;

/// A catalogue of twelve products, and a cart.
#[derive(Clone)]
pub(crate) struct World {
    pub(crate) products: Vec<Product>,
    pub(crate) cart: Cart,
    /// Tools that are down.
    pub(crate) down: Vec<Tool>,
    /// How often the cart was changed.
    pub(crate) changes: u32,
}

type Outcome = Result<ToolResult, ToolFailure>;

impl World {
    pub(crate) fn new() -> Self {
        let mut products = vec![
            product("D1", "Birch Writing Desk White", "desk", 120, "white", 100.0),
            product("D2", "Compact Desk White", "desk", 80, "white", 80.0),
            product("D3", "Corner Desk Black", "desk", 210, "black", 140.0),
            product("D4", "Standing Desk Grey", "desk", 350, "grey", 160.0),
            product("D5", "Folding Desk Black", "desk", 60, "black", 75.0),
            product("D6", "Executive Desk Black", "desk", 690, "black", 180.0),
            product("D7", "Student Desk White", "desk", 95, "white", 90.0),
            product("D8", "Charging Desk Black", "desk", 0, "black", 120.0),
            product("C1", "Mesh Task Chair Black", "office_chair", 65, "black", 60.0),
            product("C2", "Mesh Manager Chair Grey", "office_chair", 130, "grey", 62.0),
            product("C3", "Mesh Drafting Chair Black", "office_chair", 199, "black", 58.0),
            product("C4", "Mesh Gaming Chair Red", "office_chair", 240, "red", 70.0),
        ];
        if let Some(chair) = products.iter_mut().find(|product| product.product_id == "C1") {
            chair.availability = Availability::InStock;
            chair.stock_quantity = Some(7);
        }
        Self { products, cart: empty_cart(), down: Vec::new(), changes: 0 }
    }

    pub(crate) fn execute(&mut self, call: &ToolCall, shop: &Shop) -> Outcome {
        if self.down.contains(&call.tool()) {
            return Err(ToolFailure::unavailable());
        }
        crate::tools::validate(call).unwrap_or_else(|error| panic!("{call:?}: {error}"));
        let store = shop.profile.clone();
        match call {
            ToolCall::SearchProducts(search) => Ok(ToolResult::Search(self.search(search))),
            ToolCall::GetProductSpecs { product_id, .. } | ToolCall::CheckAvailability { product_id } => {
                let products = self.find(product_id).into_iter().cloned().collect::<Vec<_>>();
                let count = u32::try_from(products.len()).unwrap();
                Ok(ToolResult::Product(ProductResult { products, count }))
            }
            ToolCall::CompareProducts { product_ids, .. } => Ok(ToolResult::Comparison(self.compare(product_ids))),
            ToolCall::FindSimilarProducts { product_id, exclude_ids } => self.similar(product_id, exclude_ids),
            ToolCall::UpdateCart(change) => self.change(change),
            ToolCall::GetCart => Ok(ToolResult::Cart(CartResult { cart: self.cart.clone(), quantity: 0, line: None })),
            ToolCall::GetCheckoutLink if self.cart.is_empty() => refuse(reason::CART_EMPTY),
            ToolCall::GetCheckoutLink => Ok(ToolResult::Checkout(CheckoutResult {
                checkout_url: "https://shop.example/checkout/42".to_owned(),
                cart: self.cart.clone(),
            })),
            ToolCall::ListCategories => Ok(ToolResult::Categories(categories())),
            ToolCall::CalculateShipping { order_total, postcode } => {
                Ok(ToolResult::Shipping(store.quote(*order_total, postcode.as_deref())))
            }
            ToolCall::GetContactInfo { .. } => Ok(ToolResult::Contact(ContactResult { now: store.hours_at(0), store })),
            ToolCall::HumanHandoff => Ok(ToolResult::Handoff(HandoffResult { now: store.hours_at(0), store })),
            ToolCall::GetOrderStatus { .. } => Ok(ToolResult::OrderStatus(OrderStatusResult { store })),
            ToolCall::GetPolicyInfo { .. } => {
                Ok(ToolResult::Policy(PolicyResult { shipping: store.quote(None, None), store }))
            }
        }
    }

    fn find(&self, key: &str) -> Option<&Product> {
        self.products.iter().find(|product| product.product_id.eq_ignore_ascii_case(key))
    }

    fn matching(&self, search: &SearchState) -> Vec<Product> {
        let priced = search.price_min.is_some()
            || search.price_max.is_some()
            || matches!(search.sort, Some(SortOrder::PriceLow | SortOrder::PriceHigh));
        let has = |values: &[String], own: &str| values.is_empty() || values.iter().any(|value| value == own);
        let fits = |product: &&Product| {
            let brief = product.brief();
            let minor = product.price.map(|price| price.minor);
            let colour = brief.colours.first().cloned().unwrap_or_default();
            let material = brief.materials.first().cloned().unwrap_or_default();
            let sides_fit = search.sizes.iter().all(|limit| {
                let cm = brief.side(limit.dimension).unwrap_or_default();
                limit.min_cm.is_none_or(|min| cm >= min) && limit.max_cm.is_none_or(|max| cm <= max)
            });
            search.category.as_ref().is_none_or(|category| brief.is_in(category))
                && has(&search.colours, &colour)
                && has(&search.materials, &material)
                && !search.exclude.colours.contains(&colour)
                && (!priced || minor.is_some())
                && search.price_min.is_none_or(|min| minor >= Some(min.minor))
                && search.price_max.is_none_or(|max| minor <= Some(max.minor))
                && sides_fit
                && search.room.is_none()
                && search.category.is_some() | search.query.as_ref().is_none_or(|q| speaks_of(&product.title, q))
        };
        let mut found: Vec<Product> = self.products.iter().filter(fits).cloned().collect();
        let minor = |product: &Product| product.price.map_or(0, |price| price.minor);
        match search.sort {
            Some(SortOrder::PriceLow) => found.sort_by_key(minor),
            Some(SortOrder::PriceHigh) => found.sort_by_key(|product| -minor(product)),
            _ => {}
        }
        found
    }

    fn search(&self, search: &SearchState) -> SearchResult {
        let found = self.matching(search);
        let total = u32::try_from(found.len()).unwrap();
        let page = search.page.max(1);
        let before = (page - 1).saturating_mul(PAGE_SIZE);
        let products: Vec<Found> = found
            .iter()
            .skip(before as usize)
            .take(PAGE_SIZE as usize)
            .map(|product| Found { product: product.clone(), why: String::new() })
            .collect();
        let shown = u32::try_from(products.len()).unwrap();
        let values = |value: &str| FacetValue { value: value.to_owned(), label: value.to_owned(), count: 1 };
        SearchResult {
            products,
            total,
            page,
            page_size: PAGE_SIZE,
            shown,
            first: before.saturating_add(1),
            last: before.saturating_add(shown),
            remaining: total.saturating_sub(before.saturating_add(shown)),
            unmatched_words: counts(search.query.as_deref().unwrap_or_default()),
            generation: "g1".to_owned(),
            facets: vec![Facet { name: "colour".to_owned(), values: vec![values("black"), values("white")] }],
            relaxations: if total == 0 { self.relaxations(search) } else { Vec::new() },
            ..SearchResult::default()
        }
    }

    fn relaxations(&self, search: &SearchState) -> Vec<Relaxation> {
        ["colour", "material", "price_max", "price_min", "size"]
            .iter()
            .filter_map(|slot| {
                let mut looser = search.clone();
                let held = looser.remove(slot);
                let found = self.matching(&looser);
                if !held || found.is_empty() {
                    return None;
                }
                let nearest_price = found.iter().filter_map(|product| product.price).min_by_key(|price| price.minor);
                Some(Relaxation {
                    constraint: (*slot).to_owned(),
                    total: u32::try_from(found.len()).unwrap(),
                    nearest: found.iter().flat_map(|product| product.brief().colours).take(1).collect(),
                    nearest_price: nearest_price.filter(|_| slot.starts_with("price")),
                })
            })
            .collect()
    }

    fn compare(&self, ids: &[String]) -> ComparisonResult {
        let products: Vec<Product> = ids.iter().filter_map(|id| self.find(id)).cloned().collect();
        let priced: Vec<(usize, Money)> =
            products.iter().enumerate().filter_map(|(i, p)| p.price.map(|price| (i, price))).collect();
        let low = priced.iter().min_by_key(|(_, price)| price.minor).copied();
        let high = priced.iter().max_by_key(|(_, price)| price.minor).copied();
        let values: Vec<String> =
            products.iter().map(|product| product.brief().colours.first().cloned().unwrap_or_default()).collect();
        let row = ComparisonRow {
            attribute: "colour".to_owned(),
            label: "colour".to_owned(),
            differs: values.windows(2).any(|pair| matches!(pair, [one, other] if one != other)),
            values,
        };
        ComparisonResult {
            cheapest: low.map(|(index, _)| index),
            dearest: high.map(|(index, _)| index),
            price_difference: low.zip(high).and_then(|((_, low), (_, high))| high.checked_sub(low)),
            most: 4,
            products,
            rows: vec![row],
        }
    }

    fn similar(&self, id: &str, exclude: &[String]) -> Outcome {
        let Some(source) = self.find(id).cloned() else {
            return refuse(reason::PRODUCT_UNKNOWN);
        };
        let products: Vec<Found> = self
            .products
            .iter()
            .filter(|product| product.category == source.category && product.product_id != id)
            .filter(|product| !exclude.contains(&product.product_id))
            .map(|product| Found { product: product.clone(), why: "the same kind".to_owned() })
            .collect();
        let total = u32::try_from(products.len()).unwrap();
        Ok(ToolResult::Similar(SimilarResult { source, products, total }))
    }

    fn change(&mut self, change: &CartChange) -> Outcome {
        let before = self.cart.lines.iter().find(|line| line.line_id == change.line_id).cloned();
        let of_line = matches!(change.action, CartAction::Remove | CartAction::UpdateQuantity);
        if of_line && before.is_none() {
            return refuse(reason::CART_LINE_UNKNOWN);
        }
        match change.action {
            CartAction::Add => return self.add(change),
            CartAction::Clear => self.cart.lines.clear(),
            CartAction::Remove => self.cart.lines.retain(|line| line.line_id != change.line_id),
            CartAction::UpdateQuantity => {
                for line in self.cart.lines.iter_mut().filter(|line| line.line_id == change.line_id) {
                    line.quantity = change.quantity;
                }
            }
        }
        self.settle();
        let now = self.cart.lines.iter().find(|line| line.line_id == change.line_id).cloned();
        let line = now.or(before);
        Ok(ToolResult::Cart(CartResult { cart: self.cart.clone(), quantity: change.quantity, line }))
    }

    fn add(&mut self, change: &CartChange) -> Outcome {
        let Some(product) = self.find(&change.product_id).cloned() else {
            return refuse(reason::PRODUCT_UNKNOWN);
        };
        let Some(price) = product.price else {
            return refuse(reason::PRICE_ON_REQUEST);
        };
        if let Some(line) = self.cart.lines.iter_mut().find(|line| line.product_id == product.product_id) {
            if line.quantity + change.quantity > 99 {
                return refuse(reason::QUANTITY_OUT_OF_RANGE);
            }
            line.quantity += change.quantity;
        } else {
            self.cart.lines.push(CartLine {
                line_id: format!("line-{}", product.product_id),
                product_id: product.product_id.clone(),
                sku: product.sku.clone(),
                title: product.title.clone(),
                unit_price: price,
                quantity: change.quantity,
                line_total: price,
                image_url: String::new(),
                url: product.url.clone(),
            });
        }
        self.settle();
        let line = self.cart.line_of(&product.product_id).cloned();
        Ok(ToolResult::Cart(CartResult { cart: self.cart.clone(), quantity: change.quantity, line }))
    }

    fn settle(&mut self) {
        self.changes += 1;
        let cart = &mut self.cart;
        cart.version += 1;
        for line in &mut cart.lines {
            line.line_total = line.unit_price.checked_mul(line.quantity).unwrap();
        }
        cart.item_count = cart.lines.iter().map(|line| line.quantity).sum();
        cart.distinct_count = u32::try_from(cart.lines.len()).unwrap();
        cart.subtotal = Money::new(cart.lines.iter().map(|line| line.line_total.minor).sum(), Currency::AUD);
    }
}

fn speaks_of(title: &str, query: &str) -> bool {
    let title = title.to_lowercase();
    query.to_lowercase().split_whitespace().any(|word| title.split_whitespace().any(|own| own == word))
}

/// Numbers of parts, of which nothing here is known to have any.
fn counts(query: &str) -> Vec<String> {
    query.split_whitespace().filter(|word| word.bytes().all(|b| b.is_ascii_digit())).map(str::to_owned).collect()
}

fn refuse(reason: easymart_core::Reason) -> Outcome {
    Err(ToolFailure { reason, unavailable: false })
}

fn empty_cart() -> Cart {
    Cart {
        cart_id: "session".to_owned(),
        version: 0,
        lines: Vec::new(),
        item_count: 0,
        distinct_count: 0,
        subtotal: Money::zero(Currency::AUD),
        sync: SyncState::Local,
        remote_cart_id: String::new(),
        checkout_url: String::new(),
        sync_detail: String::new(),
    }
}

fn categories() -> CategoryResult {
    let info = |category: &str, label: &str, count| CategoryInfo {
        category: category.to_owned(),
        parent: String::new(),
        label: label.to_owned(),
        count,
    };
    CategoryResult { categories: vec![info("desk", "desks", 8), info("office_chair", "office chairs", 4)], total: 2 }
}
