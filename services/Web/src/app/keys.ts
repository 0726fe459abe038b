/** A list from which several are chosen, while its choices are open. */
const OPEN_LIST = '.ant-select-multiple.ant-select-open';

/** Tab goes on to the next field, as everywhere; Ant Design would have it take one more of the list, unseen. */
export function letTabGoOn() {
  const before = (event: KeyboardEvent) => {
    if (event.key === 'Tab' && event.target instanceof Element && event.target.closest(OPEN_LIST)) event.stopPropagation();
  };
  document.addEventListener('keydown', before, true);
}
