// On a telephone the sidebar lies over the page: once a page or another problem is chosen there, it folds itself away.
const NARROW = "(max-width: 768px)";
const LEADS_AWAY = '[data-testid="stSidebarNavLink"], .st-key-new-problem, [class*="st-key-open-session"]';

// Streamlit remembers a folded sidebar for good; what happened here was nobody's wish for wide screens.
const forget = () => {
  for (const key of Object.keys(localStorage)) {
    if (key.startsWith("stSidebarCollapsed")) localStorage.removeItem(key);
  }
};

export default function () {
  const fold = (event) => {
    if (!matchMedia(NARROW).matches || !event.target.closest(LEADS_AWAY)) return;
    // Only after the click has reached Streamlit, which would else lose it together with the link.
    setTimeout(() => {
      document.querySelector('[data-testid="stSidebarCollapseButton"] button')?.click();
      setTimeout(forget, 500);
    }, 0);
  };
  document.addEventListener("click", fold);
  return () => document.removeEventListener("click", fold);
}
