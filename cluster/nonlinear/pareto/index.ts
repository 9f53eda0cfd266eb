export { checkSearch, searchTradeOff } from './search.ts';
export { searchFront } from './search-task.ts';
export { checkTradeOff, tradeOff } from './trade-off.ts';
