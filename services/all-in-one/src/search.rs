//! `easymart search`: asks the running catalog-search and shows what it found, for people who tune a shop.

use std::{fmt::Write as _, time::Duration};

use anyhow::Context as _;
use easymart_core::{Currency, Money};
use easymart_proto::{
    catalog_search::v1::{
        Availability, Hit, Product, SearchRequest, SearchResponse,
        catalog_search_service_client::CatalogSearchServiceClient,
    },
    common::v1 as common,
};
use tonic::{Request, transport::Endpoint};

const DEADLINE: Duration = Duration::from_secs(10);
/// Longest title in the table, in characters.
const TITLE: usize = 60;
/// Widths of the price and of the category in the table.
const PRICE: usize = 14;
const CATEGORY: usize = 20;

/// Searches the catalogue at `url`.
///
/// # Errors
/// When catalog-search cannot be reached or refuses the query.
pub async fn search(url: &str, query: &str, results: u32) -> anyhow::Result<SearchResponse> {
    let channel = Endpoint::from_shared(url.to_owned())?
        .tcp_nodelay(true)
        .connect_timeout(Duration::from_secs(5))
        .connect()
        .await
        .with_context(|| format!("cannot reach catalog-search at {url}: is EasyMart running?"))?;
    let query =
        SearchRequest { query: query.to_owned(), page_size: results, explain: true, ..SearchRequest::default() };
    let mut request = Request::new(query);
    request.set_timeout(DEADLINE);
    let answer = CatalogSearchServiceClient::new(channel).search(request).await;
    Ok(answer.map_err(|status| easymart_rpc::from_status(&status))?.into_inner())
}

/// What was found, for people; with `explain` also what each score is made of.
#[must_use]
pub fn describe(query: &str, answer: &SearchResponse, explain: bool) -> String {
    let mut text = String::new();
    let _ = writeln!(text, "{query:?}: {} products, {} shown", answer.total, answer.hits.len());
    if !answer.corrected_query.is_empty() {
        let _ = writeln!(text, "searched as {:?}", answer.corrected_query);
    }
    if !answer.unmatched_words.is_empty() {
        let _ = writeln!(text, "nothing has {}", answer.unmatched_words.join(", "));
    }
    for (hit, rank) in answer.hits.iter().zip(1_u32..) {
        text.push_str(&row(hit, rank));
        if explain {
            text.push_str(&score_parts(hit));
        }
    }
    text
}

fn row(hit: &Hit, rank: u32) -> String {
    let product = hit.product.clone().unwrap_or_default();
    format!(
        "{rank:>3}  {:<TITLE$}  {:>PRICE$}  {:<CATEGORY$}  {:<13} {:>8.2}  {}\n",
        clipped(&product.title),
        price(&product),
        product.category,
        availability(&product),
        hit.score,
        why(hit),
    )
}

fn score_parts(hit: &Hit) -> String {
    let mut text = String::new();
    for part in &hit.score_parts {
        let _ = writeln!(text, "       {:>+8.2}  {:<16} {}", part.points, part.about, part.detail);
    }
    text
}

/// The service's own words, else the words of the query that the product has.
fn why(hit: &Hit) -> String {
    if !hit.why.is_empty() {
        return hit.why.clone();
    }
    let has = hit.score_parts.iter().filter(|part| part.points > 0.0).map(|part| part.about.as_str());
    has.collect::<Vec<_>>().join(", ")
}

fn clipped(title: &str) -> String {
    if title.chars().count() <= TITLE {
        return title.to_owned();
    }
    let kept: String = title.chars().take(TITLE - 1).collect();
    format!("{kept}…")
}

fn price(product: &Product) -> String {
    let money = |price: &common::Money| {
        let currency: Currency = price.currency_code.parse().ok()?;
        Some(Money::new(price.amount_minor, currency).to_string())
    };
    product.price.as_ref().and_then(money).unwrap_or_else(|| "on request".to_owned())
}

fn availability(product: &Product) -> &'static str {
    match product.availability() {
        Availability::InStock => "in stock",
        Availability::OutOfStock => "out of stock",
        Availability::Unspecified => "stock unknown",
    }
}

#[cfg(test)]
mod tests {
    use easymart_proto::catalog_search::v1::ScorePart;

    use super::*;

    #[test]
    fn a_hit_is_one_row_and_its_score_parts_stand_below_it() {
        let product = Product { title: "Oak Desk".to_owned(), category: "desk".to_owned(), ..Product::default() };
        let part = ScorePart { about: "\"oak\"".to_owned(), detail: "title 2.10".to_owned(), points: 3.5 };
        let hit = Hit { product: Some(product), score: 3.5, score_parts: vec![part], ..Hit::default() };
        let answer = SearchResponse {
            hits: vec![hit],
            total: 7,
            corrected_query: "oak".to_owned(),
            ..SearchResponse::default()
        };
        let text = describe("oka", &answer, true);
        let lines: Vec<&str> = text.lines().collect();
        assert_eq!(lines[0], "\"oka\": 7 products, 1 shown");
        assert_eq!(lines[1], "searched as \"oak\"");
        assert!(
            lines[2].contains("Oak Desk") && lines[2].contains("on request") && lines[2].contains("desk"),
            "{text}"
        );
        assert!(lines[3].contains("+3.50") && lines[3].contains("title 2.10"), "{text}");
    }
}
