// Whoever comes to another page sees its beginning: Streamlit leaves the window where the page before was scrolled to.
let shown;

export default function ({ data }) {
  if (shown !== undefined && shown !== data.page) {
    document.querySelector('[data-testid="stMain"]')?.scrollTo(0, 0);
  }
  shown = data.page;
}
