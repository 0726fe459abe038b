import './app/nonce';
import './styles.css';
import { StrictMode } from 'react';
import { createRoot } from 'react-dom/client';
import { companySignIn } from './api/company';
import { App } from './app/App';
import { letTabGoOn } from './app/keys';
import { applySettings } from './kit/settings';

applySettings();
letTabGoOn();
companySignIn.finish();
createRoot(document.getElementById('root')!).render(
  <StrictMode>
    <App />
  </StrictMode>,
);
